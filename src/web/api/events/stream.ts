/**
 * A streamed response. A reader that reads nothing for too long gets a last event and is disconnected. Node only.
 * @module
 */
import { EVENTS } from '../../limits';
import { message } from './message';

/** @param ended called once, at the end of the stream */
export function streamOf(text: AsyncGenerator<string>, ended: () => void): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  let slow: NodeJS.Timeout | undefined;
  let open = true;
  const end = (): void => {
    clearTimeout(slow);
    if (!open) return;
    open = false;
    ended();
    void text.return(undefined);
  };
  return new ReadableStream(
    {
      async pull(controller) {
        clearTimeout(slow);
        const { value = '', done } = await text.next();
        if (!open) return;
        if (done) return controller.close();
        controller.enqueue(bytes.encode(value));
        slow = setTimeout(() => {
          controller.enqueue(bytes.encode(message('slow', { detail: TOO_SLOW })));
          controller.close();
          end();
        }, EVENTS.slow_ms).unref();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

const TOO_SLOW = `The client read nothing for ${EVENTS.slow_ms / 1000} s. Connect again: the stream continues after the last event.`;
