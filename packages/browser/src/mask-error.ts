/** The fields for secrets would not keep still, so there is no picture, or no tree, without their values. */
export class MaskError extends Error {
  override readonly name = 'MaskError'
}
