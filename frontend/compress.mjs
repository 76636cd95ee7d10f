/** Compresses the scripts and styles of a build as far as it goes, once; `next.config.ts` hands them out. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const compress = promisify(brotliCompress)
const FOLDER = '.next/static'

async function write(path) {
  const text = await readFile(path)
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
  await writeFile(`${path}.br`, await compress(text, { params }))
}

const names = await readdir(FOLDER, { recursive: true })
await Promise.all(names.filter((name) => /\.(js|css)$/.test(name)).map((name) => write(join(FOLDER, name))))
