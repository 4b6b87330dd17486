import { expect, test } from 'vitest'
import { systemBrowserPlaces } from '../../src/find/system-browsers.ts'

test('Linux: names on PATH, best browser first, then the usual places', () => {
  const places = systemBrowserPlaces({ PATH: '/usr/bin:relative::/opt/bin' }, 'linux')
  expect(places.slice(0, 4)).toEqual([
    '/usr/bin/google-chrome-stable',
    '/opt/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/opt/bin/google-chrome',
  ])
  expect(places).toContain('/opt/bin/chromium')
  expect(places.at(-3)).toBe('/opt/google/chrome/chrome')
  expect(places.some((place) => place.includes('relative'))).toBe(false)
})

test('macOS: applications of all users and of this one', () => {
  expect(systemBrowserPlaces({ HOME: '/Users/a' }, 'darwin')).toEqual([
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Users/a/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Users/a/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Users/a/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ])
})

test('Windows: the program folders that the environment names', () => {
  const env = { LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local', PROGRAMFILES: 'C:\\Program Files' }
  expect(systemBrowserPlaces(env, 'win32').slice(0, 2)).toEqual([
    'C:\\Users\\a\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ])
})

test('another platform has no places we know', () => {
  expect(systemBrowserPlaces({ PATH: '/usr/bin' }, 'aix')).toEqual([])
})
