export {
  findBrowser,
  launchBrowser,
  type BrowserSource,
  type FoundBrowser,
  type LaunchedBrowser,
} from '@contrail/browser'
export { ContrailError } from '@contrail/core'
