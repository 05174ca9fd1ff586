// What `npm start` sends is compressed, WASM and data too, and what is not there is not answered with the page.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compressed } from '../../build/compressed.js'

const folder = mkdtempSync(join(tmpdir(), 'quantscope-'))
const text = 'bytes that repeat '.repeat(1000)
/** @type {import('node:http').Server} */
let server
let origin = ''

beforeAll(async () => {
    for (const name of ['index.html', 'core.wasm', 'rows.npy']) writeFileSync(join(folder, name), text)
    const handler = compressed(folder)
    server = createServer((request, response) => handler(request, response, () => response.writeHead(404).end()))
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`
})
afterAll(() => void server.close())

test.each([
    ['/', 'text/html', 'br'],
    ['/core.wasm', 'application/wasm', 'br'],
    ['/rows.npy?x', 'application/octet-stream', 'br'],
    ['/core.wasm', 'application/wasm', 'gzip'],
])('%s is sent as %s, compressed by %s', async (path, type, encoding) => {
    const answer = await fetch(origin + path, { headers: { 'Accept-Encoding': encoding } })
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(Number(answer.headers.get('content-length'))).toBeLessThan(text.length / 10)
    expect(await answer.text()).toBe(text)
})

test.each(['/nothing.txt', '/../package.json', '/%zz'])('%s is handed on', async path => {
    expect((await fetch(origin + path)).status).toBe(404)
})

test('a file that has changed is sent anew', async () => {
    const read = async () => {
        const answer = await fetch(`${origin}/late.txt`, { headers: { 'Accept-Encoding': 'gzip' } })
        return answer.text()
    }
    writeFileSync(join(folder, 'late.txt'), 'one')
    expect(await read()).toBe('one')
    await new Promise(resolve => setTimeout(resolve, 20))
    writeFileSync(join(folder, 'late.txt'), 'two')
    expect(await read()).toBe('two')
})
