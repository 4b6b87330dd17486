import { decodeBase64 } from '../values/base64.ts'
import { imageMediaType, saneMediaType, sniffMediaType } from '../images/media-type.ts'
import { endOfRun, isBase64Digit } from '../redact/text/characters.ts'
import { redactedInlineImage } from '../trajectory/frame-reference.ts'
import type { PlainValue, PlainValueOptions } from '../values/plain-value.ts'

/**
 * Make the `lift` of `toPlainValue` that finds the images inside a tool's result, or inside arguments:
 *
 * - base64 under the key `screenshotBase64`, and under `base64` when the action is called `screenshot` (Stagehand);
 * - a string that is, as a whole, a `data:image/...;base64,` URL (OpenAI);
 * - base64 or bytes under `data` or `image` of an object that declares an image (`mimeType`, `mediaType`, `media_type`
 *   or `mime_type`), or is of type `image`, `image-data` or `media` and holds one by its first bytes (Anthropic, MCP, AI SDK,
 *   Gemini);
 * - bytes that are an image by their first bytes.
 *
 * What is empty, or no base64, is declined and stays in the result as it is.
 *
 * @param keep stores the bytes and says what stands for them; those that were not decoded here are a view of the caller's
 * memory: copy them
 */
export function liftInlineImages(
  actionName: string,
  keep: (bytes: Uint8Array, mediaType: string, isDecoded: boolean) => PlainValue,
): NonNullable<PlainValueOptions['lift']> {
  return (value, key, parent) => {
    const image =
      typeof value === 'string' ? imageInText(value, key, parent, actionName) : imageInBytes(value, key, parent)
    return image && image.bytes.byteLength > 0
      ? keep(image.bytes, image.mediaType, typeof value === 'string')
      : undefined
  }
}

/** The beginnings of the base64 of a PNG, a JPEG, a GIF and a WebP. */
const beginnings = ['iVBORw0KGgo', '/9j/', 'R0lGOD', 'UklGR']
/** Less base64 is no picture that anybody took, and may well be a key. */
const shortestEmbedded = 200

/**
 * Lift the images out of a text that holds them as base64 beside other things: a page of HTML, a line of a log, JSON as a text.
 *
 * @param rewrite changes what is left of the text
 * @returns `{"$type": "text", "text": ..., "images": [...]}` with {@link redactedInlineImage} in the place of each;
 * `undefined` for a text without images
 */
export function liftEmbeddedImages(
  text: string,
  keep: (bytes: Uint8Array, mediaType: string, isDecoded: boolean) => PlainValue,
  rewrite: (rest: string) => string,
): PlainValue | undefined {
  if (text.length < shortestEmbedded) return undefined
  const parts: string[] = []
  const images: PlainValue[] = []
  let from = 0
  for (const start of startsOfBase64(text)) {
    if (start < from) continue
    const end = endOfRun(text, start, isBase64Unit)
    const bytes = end - start < shortestEmbedded ? undefined : decodeBase64(text.slice(start, end))
    const mediaType = bytes && sniffMediaType(bytes)
    if (!bytes || !mediaType) continue
    parts.push(text.slice(from, start))
    images.push(keep(bytes, mediaType, true))
    from = end
  }
  if (images.length === 0) return undefined
  parts.push(text.slice(from))
  return { $type: 'text', text: rewrite(parts.join(redactedInlineImage)), images }
}

/** The places where base64 begins that may be an image, in order; what stands in the middle of a word is none. */
function startsOfBase64(text: string): number[] {
  const starts: number[] = []
  for (const beginning of beginnings) {
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + beginning.length)) {
      if (!isBase64Unit(text.charCodeAt(at - 1))) starts.push(at)
    }
  }
  return starts.toSorted((a, b) => a - b)
}

function isBase64Unit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x3d
}

interface Found {
  readonly bytes: Uint8Array
  readonly mediaType: string
}

function imageInText(text: string, key: string, parent: object, actionName: string): Found | undefined {
  if (text === '') return undefined
  if (text.slice(0, dataImage.length).toLowerCase() === dataImage) return imageInDataUrl(text)
  const isStagehand = key === 'screenshotBase64' || (key === 'base64' && actionName === 'screenshot')
  if (!isStagehand && key !== 'data' && key !== 'image') return undefined
  const declared = declaredMediaType(parent)
  const isImage = isStagehand || isDeclaredImage(declared)
  if (!isImage && !isImageType(parent)) return undefined
  const bytes = decodeBase64(text)
  if (!bytes || !(isImage || sniffMediaType(bytes))) return undefined
  return { bytes, mediaType: imageMediaType(isDeclaredImage(declared) ? declared : undefined, bytes) }
}

function imageInBytes(bytes: Uint8Array, key: string, parent: object): Found | undefined {
  const declared = key === 'data' || key === 'image' ? declaredMediaType(parent) : undefined
  const mediaType = isDeclaredImage(declared) ? declared : sniffMediaType(bytes)
  return mediaType === undefined ? undefined : { bytes, mediaType }
}

const dataImage = 'data:image/'

function imageInDataUrl(url: string): Found | undefined {
  const head = url.slice(0, 200)
  const comma = head.indexOf(',')
  const [declared, ...parameters] = head.slice('data:'.length, Math.max(comma, 0)).split(';')
  const mediaType = saneMediaType(declared)
  if (mediaType === undefined || parameters.at(-1)?.trim().toLowerCase() !== 'base64') return undefined
  const bytes = decodeBase64(url.slice(comma + 1))
  return bytes && { bytes, mediaType }
}

function declaredMediaType(parent: object): string | undefined {
  for (const key of ['mimeType', 'mediaType', 'media_type', 'mime_type']) {
    const declared = saneMediaType(Reflect.get(parent, key))
    if (declared !== undefined) return declared
  }
  return undefined
}

function isDeclaredImage(mediaType: string | undefined): mediaType is string {
  return mediaType !== undefined && mediaType.startsWith('image/')
}

function isImageType(parent: object): boolean {
  const type: unknown = Reflect.get(parent, 'type')
  return type === 'image' || type === 'image-data' || type === 'media'
}
