import { isHandedOver } from '../events/hand-over.ts'
import { liftEmbeddedImages, liftInlineImages } from './lift-images.ts'
import { isWholeImage } from '../images/structure.ts'
import { imageMediaType } from '../images/media-type.ts'
import type { PlainValue, PlainValueOptions } from '../values/plain-value.ts'
import type { Redactor } from '../redact/redactor.ts'
import { fieldOf, textOf } from '../values/plain-fields.ts'

type Lift = NonNullable<PlainValueOptions['lift']>

/**
 * Keeps the bytes of an image and says what stands for them.
 *
 * @param isOwn nobody else holds the bytes: they need not be copied
 */
export type KeepFrame = (bytes: Uint8Array, mediaType: string, isOwn?: boolean) => PlainValue

/**
 * Which bytes of a field are frames: the pictures of the page, and the images inside a tool's result and its arguments, as
 * base64 in their texts too.
 *
 * @param hooks.rewrite changes what is left of a text whose images were lifted out
 */
export function liftOf(
  type: string,
  field: string,
  payload: unknown,
  { keep, rewrite }: { keep: KeepFrame; rewrite: (text: string) => string },
): Lift | undefined {
  const isPage = type === 'screenshot' ? field === 'screenshot' : type === 'final_answer' && field === 'observation'
  if (isPage) {
    return (value, key) => {
      if (key !== 'screenshot' || !(value instanceof Uint8Array)) return undefined
      const declared = field === 'screenshot' ? textOf(payload, 'mediaType') : undefined
      return keep(value, imageMediaType(declared, value), isHandedOver(payload))
    }
  }
  if (type !== 'step_finished' || (field !== 'toolOutput' && field !== 'actionArgs')) return undefined
  const inline = liftInlineImages(textOf(payload, 'actionName') ?? '', keep)
  const toolOutput = fieldOf(payload, 'toolOutput')
  return (value, key, parent) => {
    // Bytes as the whole result are a picture, whatever their first bytes say; none are what the tool gave, and no picture.
    if (key === 'result' && value instanceof Uint8Array && value.byteLength > 0 && parent === toolOutput) {
      return keep(value, imageMediaType(undefined, value))
    }
    // What an error says is a text by its schema.
    if (key === 'error' && typeof value === 'string' && parent === toolOutput) return undefined
    const lifted = inline(value, key, parent)
    return lifted === undefined && typeof value === 'string' ? liftEmbeddedImages(value, keep, rewrite) : lifted
  }
}

/**
 * Search bytes that are declared an image, or begin like one, and are none by their structure. The declaration is
 * searched too.
 *
 * @param onRedacted hears of bytes that a placeholder stands for
 */
export function withoutSecretBytes(
  redactor: Redactor,
  keep: KeepFrame,
  onRedacted?: (bytes: Uint8Array) => void,
): KeepFrame {
  return (bytes, mediaType, isOwn) => {
    const secret = isWholeImage(bytes) ? undefined : redactor.bytes(bytes)
    const isClean = redactor.identifier(mediaType) === mediaType
    if (secret === undefined) return keep(bytes, isClean ? mediaType : imageMediaType(undefined, bytes), isOwn)
    onRedacted?.(bytes)
    return secret
  }
}
