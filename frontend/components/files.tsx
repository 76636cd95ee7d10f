import type { ReactNode } from 'react'

import { words } from '@/content/en'
import type { FileView } from '@/lib/api/applications'
import { kilobytes } from '@/lib/told'

/** What was handed in with an application, each with what may be done with it. */
export function Files({ files, does }: { files: FileView[]; does: (file: FileView) => ReactNode }) {
  if (!files.length) return <p className="soft small">{words.apply.noFiles}</p>
  return (
    <ul className="lights">
      {files.map((file) => (
        <li key={file.id}>
          <div><b className="small">{file.name}</b><p className="meta">{kilobytes(file.size)}</p></div>
          {does(file)}
        </li>
      ))}
    </ul>
  )
}
