/**
 * Bait for each expression of redaction: what begins like a secret, over and over, and never ends like one; and secrets
 * in such numbers that masking itself is the work.
 * @module
 */
export const BAITS: readonly string[] = [
  ...['-eyJ', '_eyJa', 'eyJ', 'eyJaaaaaaaa.', '-SG.aaaaaaaaaaaaaaaa.', '_sk-aaaa', ' sk-', '-ya29.', '_ghp_'],
  ...['AKIAAAAA', 'gho_aaaa', 'github_pat_', 'glpat-a', 'xoxb-', 'xapp-aa', 'AIza', 'GOCSPX-', 'sk_live_'],
  ...['whsec_', 'npm_', 'pypi-', 'hf_aaa ', 'dop_v1_', 'shpat_aa'],
  ...['LS0tLS1CRUdJTi', '+LS0tLS1CRUdJTiAAAAAAAAAAAA', '-----BEGIN ', '-----BEGIN RSA PRIVATE KEY-----'],
  ...['Bearer ', 'Bearer++++', 'Basic YWJjZGVm ', 'Authorization: ', 'cookie: a'],
  ...['://', 'a://b', '://aaaaaaaaaaaaaaaaaaaaaa', '%3A%2F%2Fa', 'jdbc:oracle:', 'jdbc:oracle:thin:a/'],
  ...['hooks.slack.com/services/', 'discord.com/api/webhooks/'],
  ...[
    'password=',
    'password: ',
    "password '",
    'password="',
    'password\\\\"',
    'password%3D',
    '--token ',
    'token=\n',
  ],
  ...['session=', 'signature=', 'tokens=aaaa-', 'pin=', 'pin=1-', 'pwd=/', 'otp=a', 'sid="a', 'session=a1'],
  ...[
    'connection ',
    'api key ',
    'password.',
    '[[{"password":"x"}],',
    '{"a":',
    '{"a":"token=abc"},',
    '[',
    '"',
    '\\',
  ],
  ...['password=x1 ', 'token=abc&', 'ghp_abcdefghijklmnop1234 ', 'https://a:b@h ', 'Bearer abcdef123456 '],
  ...['session=abc1defg-', 'secret=1%26'],
];

/** So many characters of a bait. */
export function baited(bait: string, length: number): string {
  // Joined anew: what `repeat` gives is read more slowly, in parts.
  return Buffer.from(bait.repeat(Math.ceil(length / bait.length)).slice(0, length)).toString();
}
