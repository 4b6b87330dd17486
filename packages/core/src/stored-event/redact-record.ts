import { Usage } from '../events/usage.ts'
import type { TextPlace } from '../values/place.ts'
import type { PlainValueOptions } from '../values/plain-value.ts'
import { decodeText } from '../values/decode-text.ts'
import { mostTextBytes } from '../redact/bytes.ts'
import type { Redactor } from '../redact/redactor.ts'
import { parsePlaceholder } from '../redact/text/placeholder.ts'

type Hooks = Required<Pick<PlainValueOptions, 'transformBytes' | 'transformText' | 'transformNumber'>>

/** Numbers that the schemas of tasks, verdicts and the end of a run need. */
const measuredNames = new Set([
  ...['maxPoints', 'max_points', 'earnedPoints', 'earned_points', 'processScore', 'stepIndex', 'relatedSteps'],
  'finalScore',
  ...Object.keys(Usage.shape),
])
/** Names of fields that those schemas need. */
const schemaNames = new Set([
  ...measuredNames,
  ...'id instruction initUrl expectedAnswer precomputedRubric precomputed_rubric items condition'.split(' '),
  ...'outcomeSuccess explanation perCriterion criterion conditionMet evidenceInsufficient findings'.split(' '),
  ...'category severity description suggestedAction firstPointOfFailure errorCode taskValidity'.split(' '),
  ...'isAmbiguous isInvalid status finalAnswer finalTree usage name version'.split(' '),
])
const severities = new Set(['info', 'warning', 'blocking'])

/**
 * Redact what is no event, such as a task, a verdict or the end of a run, while `toPlainValue` converts it. As in events, what a
 * schema needs stays what it is: names of its fields, words of its enums, points, counts and indexes of steps.
 *
 * @returns the hooks of that conversion
 */
export function redactRecord(redactor: Redactor): Hooks {
  return {
    transformBytes: (bytes, place) => redactBytes(redactor, bytes, place),
    transformText(text, key, place) {
      if (!place) return schemaNames.has(text) ? text : redactor.text(text)
      return key === 'severity' && severities.has(text) ? text : redactor.field(key, text, place)
    },
    transformNumber(value, key, place) {
      return measuredNames.has(key ?? '') ? undefined : redactor.number(value, key, place)
    },
  }
}

/**
 * Redact bytes that are stored as such. In a text of up to 256 kB the secrets are replaced in their places; what is one by the name it stands
 * under, and other bytes that hold one, become a placeholder.
 *
 * @param onRedacted hears of bytes that hold a secret among others, and that a placeholder stands for
 * @returns `undefined` for bytes without a secret
 */
export function redactBytes(
  redactor: Redactor,
  bytes: Uint8Array,
  place: TextPlace,
  onRedacted?: (bytes: Uint8Array) => void,
): Uint8Array | string | undefined {
  const key = place.keys()[0]
  const read = (): string => new TextDecoder().decode(bytes)
  const kind = redactor.kindOfPlace(key, place, read)
  if (kind) return redactor.whole(read(), kind)
  const text = bytes.byteLength <= mostTextBytes ? decodeText(bytes) : undefined
  if (text === undefined || text.includes('\0')) {
    const secret = redactor.bytes(bytes)
    if (secret !== undefined) onRedacted?.(bytes)
    return secret
  }
  const redacted = redactor.text(text)
  if (redacted === text) return undefined
  return parsePlaceholder(redacted) === undefined ? new TextEncoder().encode(redacted) : redacted
}
