export { openImageTools, type OpenImageTools } from './open-image-tools.ts'
