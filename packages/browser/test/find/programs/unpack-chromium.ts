// Prints where the Chromium of @sparticuz/chromium stands after unpacking it into the cache directory given.
import { findSparticuzChromium } from '../../../src/find/sparticuz.ts'

const found = await findSparticuzChromium({ ...process.env, XDG_CACHE_HOME: process.argv[2] })
console.log(JSON.stringify(found))
