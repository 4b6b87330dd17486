import type { RedactionKind } from '../text/placeholder.ts'
import { kindOfField } from '../names/fields.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { isSecretUnder, isStandIn, looksLikeKey } from '../names/value.ts'

/** The kind of secret that a label names, if it is a name and nothing else. The PIN of an address is none. */
export function kindOfLabel(label: string, names: KeyNames): RedactionKind | undefined {
  if (label.split(' ').length > 4 || /[^\p{L}\p{N} _:-]/u.test(label) || /^pin/i.test(label)) return undefined
  const named = names.named(label.replace(/:$/, ''))
  return named?.isSure === true ? named.kind : kindOfField(label)
}

/** Names of methods, sizes and versions, mail addresses, paths: said of secrets, and none themselves. */
const saidOfSecrets =
  /^(?:sha|md|base|utf|aes|rsa|oauth|http|ipv|pbkdf|argon|scrypt|ntlm|rc|3?des|x|v|win|level|step|page|version|number|day|phase|part)-?\d|^\d+[-+]?[a-z]*$|^[\w.+-]+@[\w-]+\.[\w.]+$|:\/\/|^[./~]|password|^[\d.:/-]+$/i

/** Tells whether what stands beside a name, in words of people, is a secret and no word about one. */
export function isTold(kind: RedactionKind, value: string): boolean {
  if (isStandIn(value) || /\s/.test(value)) return false
  if (kind === 'one_time_code') return /^\d{4,8}$|^\d{3}-\d{3}$/.test(value)
  if (kind === 'card') return false
  if (kind !== 'password') return looksLikeKey(value, 16)
  if (value.length < 6 || value.length > 64 || saidOfSecrets.test(value)) return false
  return /\p{L}/u.test(value) && /[0-9!@#$%^&*+=?~]/.test(value) && !/^[\w-]+\.[a-z]{2,5}$|[([{<>=]/i.test(value)
}

/**
 * Tells whether a cell is a secret by the head of its column. What stands under `API key` may well be the name of one, and a capital and
 * small letters are what a button is called.
 */
export function isSecretCell(name: SecretName, content: string, names: KeyNames): boolean {
  if (name.kind !== 'password') return isTold(name.kind, content)
  return !/^[A-Z][a-z]+$/.test(content) && isSecretUnder(name, content, names)
}
