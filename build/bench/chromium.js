// The Chromium that this machine has, without a window.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const openChromium = () =>
    chromium.launch({ executablePath: PLACES.find(existsSync), args: ['--no-sandbox', '--disable-gpu'] })
