/**
 * The character sequences that the fast pass searches. Everything that a rule of `redact-text` or `redact-keys`
 * masks must contain one of them. They are three characters that are rare elsewhere. [isolate-safe]
 * @module
 */
import type { Needle } from './scan';
import { SERVICE_KEY_STARTS } from './services';

/** A part of a name; `null` if the fast pass cannot search for it. */
export function nameNeedle(text: string): Needle | null {
  return /^[a-z]{3}/i.test(text) ? { text: text.slice(0, 3), back: 0 } : null;
}

/** A value that begins with the given text, `back` characters before the three that are searched. */
export function valueNeedle(text: string, looks: RegExp, back = 0): Needle {
  return { text: text.slice(back, back + 3), back, looks };
}

/**
 * In names: pa[ssw]ord, pas[sph]rase, pa[ssc]ode, [pas]s, s[ecr]et, t[oke]n, bea[rer], [key], [cre]dentials,
 * a[uth], co[oki]e, c[onn]ection string, we[bho]ok, [mne]monic, si[gna]ture, se[ssi]on; the rest unchanged.
 */
export const NAME_NEEDLES: readonly Needle[] =
  'ssw sph ssc pas psw pwd ecr oke rer jwt key cre uth oki dsn onn bho mne otp pin cvv cvc gna sig sas ssi sid'
    .split(' ')
    .map((text) => ({ text, back: 0 }));

/** A scheme's value. In JSON text an escape may replace the blank. */
const AUTHORIZATION = /(?:bearer|basic)(?:\s|%20|\+|\\[fnrt]|\\u000b){1,4}[\w.~+/=-]{6}/iy;

/** In values. Each expression is a necessary beginning of a rule's match in `redact-text`. */
export const VALUE_NEEDLES: readonly Needle[] = [
  ...SERVICE_KEY_STARTS.map(({ text, looks, back }) => valueNeedle(text, looks, back)),
  valueNeedle('://', /:\/\/[^\s/?#"'<>\\]{1,512}@/y),
  valueNeedle('%3A', /%3A%2F%2F(?:(?!%2F|%3F)[^\s/"'@]){1,512}?%40/iy),
  valueNeedle('-----', /-----BEGIN[A-Z0-9 +%]{0,60}PRIVATE/y),
  valueNeedle('jdbc:', /jdbc:oracle:/iy),
  valueNeedle('bearer', AUTHORIZATION, 3),
  valueNeedle('basic', AUTHORIZATION, 2),
  valueNeedle('hooks.slack.com', /hooks\.slack\.com\//y, 10),
  valueNeedle('api/webhooks', /api\/webhooks\//y, 2),
];
