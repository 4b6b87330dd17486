import type { RedactionKind } from '../text/placeholder.ts'
import { looksLikeKey } from '../text/key-look.ts'
import { splitWords } from './words.ts'

const ofLogin = new Set(
  'session sess sessid sessionid sid ssid hsid lsid apisid sapisid psid phpsessid jsessionid aspsessionid connect token auth authorization jwt sso login logged remember rememberme csrf xsrf csrftoken xsrftoken identity credential credentials secret ticket access refresh passport xoxd dsess cookies'.split(
    ' ',
  ),
)

/**
 * Tells whether a cookie is what keeps somebody logged in, by a word of its name and by its value, which looks like a key and
 * is no time: `theme`, `_ga` and `last_login` are left.
 */
export function kindOfCookie(name: string, value: string): RedactionKind | undefined {
  if (value.length < 8 || /^\d{1,13}$/.test(value) || !splitWords(name).some((word) => ofLogin.has(word)))
    return undefined
  return looksLikeKey(value, 8) || /^s(?::|%3A)/i.test(value) ? 'cookie' : undefined
}
