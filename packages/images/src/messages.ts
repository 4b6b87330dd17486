import type { AnimationFrame, AnimationOptions, ErrorCode, PixelBox } from '@contrail/core'
import { ContrailError, errorCodes, isContrailError } from '@contrail/core/decoding'

/** A question for the thread that holds the decoders. */
export type Question =
  | { readonly id: number; readonly do: 'reencode'; readonly bytes: Uint8Array }
  | {
      readonly id: number
      readonly do: 'compare'
      readonly one: Uint8Array
      readonly other: Uint8Array
      readonly options: { threshold?: number }
    }
  | {
      readonly id: number
      readonly do: 'paint'
      readonly bytes: Uint8Array
      readonly boxes: readonly PixelBox[]
      readonly options: { colour?: string }
    }
  | {
      readonly id: number
      readonly do: 'thumbnail'
      readonly bytes: Uint8Array
      readonly options: { width: number }
    }
  | {
      readonly id: number
      readonly do: 'shrink'
      readonly bytes: Uint8Array
      readonly options: { quality: number; width?: number }
    }
  | {
      readonly id: number
      readonly do: 'animate'
      readonly frames: readonly AnimationFrame[]
      readonly options: AnimationOptions
    }

/** Its answer: a result, or an error as plain data, since no class survives the way. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: { name: string; message: string; code?: string; details?: object } }

/** An error as plain data. Details that are no plain facts stay behind. */
export function toFailure(cause: unknown): Extract<Answer, { failure: unknown }>['failure'] {
  if (isContrailError(cause)) {
    return { name: cause.name, message: cause.message, code: cause.code, details: { ...cause.details } }
  }
  return cause instanceof Error
    ? { name: cause.name, message: cause.message }
    : { name: 'Error', message: String(cause) }
}

/** The error that a failure stands for. */
export function fromFailure({ name, message, code, details }: ReturnType<typeof toFailure>): Error {
  if (isErrorCode(code)) return new ContrailError(code, message, { details: { ...details } })
  return name === 'TypeError' ? new TypeError(message) : new Error(message)
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return errorCodes.some((known) => known === code)
}
