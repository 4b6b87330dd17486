/**
 * The part of this package that whoever decodes images needs, by itself: a thread that does nothing else starts in a third of the time
 * without the rest.
 */
export { ContrailError, errorCodes, isContrailError, messageOf } from '../errors.ts'
export { present } from '../values/fields.ts'
export { assertDecodable } from './header.ts'
