// Puts a copy of the program given where Playwright would have installed its own browser, and prints the place.
import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright'

const place = chromium.executablePath()
mkdirSync(path.dirname(place), { recursive: true })
copyFileSync(process.argv[2] ?? '', place)
console.log(place)
