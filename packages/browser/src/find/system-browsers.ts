import path from 'node:path'

const linuxNames = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
]
const linuxPlaces = ['/opt/google/chrome/chrome', '/snap/bin/chromium', '/opt/microsoft/msedge/msedge']
const macNames = ['Google Chrome', 'Chromium', 'Microsoft Edge']
const windowsPlaces = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]

/**
 * The places where a browser of the system may be, best first: Chrome, then Chromium, then Edge. Pure: nothing is
 * looked up. Empty for a platform whose places we do not know.
 */
export function systemBrowserPlaces(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): string[] {
  if (platform === 'linux') {
    const folders = (env['PATH'] ?? '').split(':').filter((folder) => path.posix.isAbsolute(folder))
    return [...linuxNames.flatMap((name) => folders.map((folder) => path.posix.join(folder, name))), ...linuxPlaces]
  }
  if (platform === 'darwin') {
    const folders = ['/Applications', ...(env['HOME'] ? [path.posix.join(env['HOME'], 'Applications')] : [])]
    return macNames.flatMap((name) => folders.map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`))
  }
  if (platform === 'win32') {
    const folders = ['LOCALAPPDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)'].flatMap((key) => env[key] ?? [])
    return windowsPlaces.flatMap((place) => folders.map((folder) => path.win32.join(folder, place)))
  }
  return []
}
