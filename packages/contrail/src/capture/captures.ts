import {
  captureCua as captureCuaWith,
  captureDom as captureDomWith,
  captureHybrid as captureHybridWith,
  observePage as observePageWith,
  recordContext as recordContextWith,
  recordPage as recordPageWith,
} from '@contrail/browser'
import type { ImageTools } from '@contrail/core'

let opened: Promise<ImageTools> | undefined

/** The image tools of this process, which are loaded when a picture is to be painted on for the first time, or soon may be. */
function images(): Promise<ImageTools> {
  return (opened ??= import('@contrail/images').then(({ openImageTools }) => openImageTools({ isEager: true })))
}

/** {@link captureDomWith} with image tools of its own, which paint over fields for secrets. */
export const captureDom: typeof captureDomWith = (page, sink, options) =>
  captureDomWith(page, sink, { images, ...options })

/** {@link captureHybridWith} with image tools of its own, which paint over fields for secrets. */
export const captureHybrid: typeof captureHybridWith = (page, sink, options) =>
  captureHybridWith(page, sink, { images, ...options })

/** {@link captureCuaWith} with image tools of its own, which paint over fields for secrets. */
export const captureCua: typeof captureCuaWith = (page, sink, options) =>
  captureCuaWith(page, sink, { images, ...options })

/** {@link recordPageWith} with image tools of its own, which paint over fields for secrets. */
export const recordPage: typeof recordPageWith = (page, sink, options) =>
  recordPageWith(page, sink, { images, ...options })

/** {@link recordContextWith} with image tools of its own, which paint over fields for secrets. */
export const recordContext: typeof recordContextWith = (context, sink, options) =>
  recordContextWith(context, sink, { images, ...options })

/** {@link observePageWith} with image tools of its own, which paint over fields for secrets. */
export const observePage: typeof observePageWith = (page, options) => observePageWith(page, { images, ...options })
