import { describe, expect, it } from 'vitest';
import { Clients } from '../../src/web/http/clients';
import { CLIENT } from '../../src/web/limits';

describe('a client', () => {
  it('may have a number of concurrent requests, and one more after each that ends', () => {
    const clients = new Clients();
    for (let i = 0; i < CLIENT.open_requests; i++) expect(clients.enter('a')).toBeUndefined();
    expect(clients.enter('a')).toMatchObject({ status: 429, retry_after_s: 1 });
    expect(clients.enter('b')).toBeUndefined();
    clients.leave('a');
    expect(clients.enter('a')).toBeUndefined();
    expect(clients.enter('a')).toMatchObject({ status: 429 });
  });

  it('may ask a number of questions at once; other clients are not affected', () => {
    const clients = new Clients();
    let taken = 0;
    for (; taken < 10 * CLIENT.burst_requests; taken++) {
      if (clients.enter('a')) break;
      clients.leave('a');
    }
    expect(taken).toBeGreaterThanOrEqual(CLIENT.burst_requests);
    expect(taken).toBeLessThan(10 * CLIENT.burst_requests);
    expect(clients.enter('b')).toBeUndefined();
  });
});
