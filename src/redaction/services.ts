/**
 * Keys of well-known services, by their prefix. Every expression is bounded and linear. [isolate-safe]
 * @module
 */

/** One kind of key. */
interface ServiceKey {
  /** Its prefix. The fast pass searches the three characters after the bar, which are rare. */
  begins: string;
  expression: string;
}

/** The JSON escape of a line end or another character that no key contains. */
const ESCAPE = '\\\\(?:[bfnrt]|u[0-9a-f]{4})';

const SERVICE_KEYS: readonly ServiceKey[] = [
  { begins: '|AKIA A|SIA |AROA |ABIA', expression: '(?:AKIA|ASIA|AROA|ABIA)[0-9A-Z]{12,128}' },
  { begins: '|ghp |gho |ghu |ghs |ghr', expression: 'gh[pousr]_[A-Za-z0-9]{16,255}' },
  { begins: 'githu|b_pat_', expression: 'github_pat_\\w{16,255}' },
  {
    begins: 'g|lpat g|ldt g|lptt g|lrt g|lsoat g|lcbt',
    expression: 'gl(?:pat|dt|ptt|rt|soat|cbt)-[\\w-]{16,255}',
  },
  { begins: '|xox', expression: 'xox[a-z]-[\\w-]{8,255}' },
  { begins: '|xapp', expression: 'xapp-[\\w-]{16,255}' },
  { begins: '|AIza', expression: 'AIza[\\w-]{20,128}' },
  { begins: '|ya29', expression: 'ya29\\.[\\w-]{16,2048}' },
  { begins: 'GO|CSPX', expression: 'GOCSPX-[\\w-]{16,128}' },
  {
    begins: 's|k_l s|k_t r|k_l r|k_t p|k_l p|k_t w|hsec_',
    expression: '(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9]{8,255}',
  },
  // Reads only up to the first digit. Otherwise a run of `sk-` would be read again from each one.
  { begins: '|sk-', expression: '(?<!-)sk-(?=[A-Za-z_-]{0,64}?\\d)[\\w-]{20,255}' },
  { begins: 'n|pm_', expression: 'npm_[A-Za-z0-9]{20,128}' },
  { begins: '|pypi', expression: 'pypi-[\\w-]{16,512}' },
  { begins: '|hf_', expression: 'hf_[A-Za-z0-9]{16,128}' },
  { begins: '|SG.', expression: 'SG\\.[\\w-]{16,64}\\.[\\w-]{16,128}' },
  { begins: 'dop|_v1', expression: 'do[opr]_v1_[a-f0-9]{32,128}' },
  { begins: '|shp', expression: 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,128}' },
  // No character of its own alphabet may precede it, and its first part is bounded. Otherwise a run of `-eyJ`
  // would be read again from each one.
  {
    begins: '|eyJ',
    expression: `(?<=^|[^\\w-]|${ESCAPE})eyJ[\\w-]{8,1024}\\.[\\w-]{4,65536}(?:\\.[\\w-]{0,8192}){0,3}`,
  },
  {
    begins: '|LS0t',
    expression:
      'LS0tLS1CRUdJTi(?:BSU0Eg|BFQyB|BEU0Eg|BPUEVOU1NI|BFTkNSWVBURU|BQR1Ag)?[A-Za-z0-9+/]{0,12}(?:UFJJVkFUR|QUklWQVRF|BSSVZBVE)[A-Za-z0-9+/=]{0,65536}',
  },
];

/** The first letters of keys. Checking the first letter before anything else halves the time. */
const FIRST = [
  ...new Set(
    SERVICE_KEYS.flatMap(({ begins }) => begins.replaceAll('|', '').split(' ')).map((begin) => begin[0]),
  ),
].join('');

/** Matches any key of a known service. */
export const SERVICE_TOKEN = new RegExp(
  `(?=[${FIRST}])(?<![A-Za-z0-9])(?:${SERVICE_KEYS.map(({ expression }) => expression).join('|')})`,
  'g',
);

/** The beginning of a key, as the fast pass searches it. */
interface ServiceKeyStart {
  /** The prefix of a key. */
  text: string;
  /** The offset of the three characters that are searched. */
  back: number;
  /** Matches the key at a given position. In JSON text an escape may be directly before it. */
  looks: RegExp;
}

/** The beginnings of keys of known services, and the expression that each must match from there. */
export const SERVICE_KEY_STARTS: readonly ServiceKeyStart[] = SERVICE_KEYS.flatMap(
  ({ begins, expression }) => {
    const looks = new RegExp(`(?<=^|[^A-Za-z0-9]|${ESCAPE})(?:${expression})`, 'y');
    const starts = begins.split(' ').map((marked) => ({
      text: marked.replace('|', ''),
      back: marked.indexOf('|'),
      looks,
    }));
    // `sk_l`, `rk_l` and `pk_l` are searched as one.
    const lookedFor = ({ text, back }: ServiceKeyStart) => text.slice(back, back + 3);
    return starts.filter(
      (start, index) => starts.findIndex((other) => lookedFor(other) === lookedFor(start)) === index,
    );
  },
);
