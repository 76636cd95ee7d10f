import { addBookmark, keepProgress, removeBookmark } from './actions'

import { Trouble } from '@/components/trouble'
import { Watch } from '@/components/watch'
import { words } from '@/content/en'
import * as training from '@/lib/api/training'

const { training: said } = words

/** The videos of a session, where the viewer was in them, and what they marked. */
export async function Recording({ session, token }: { session: training.Session; token: string }) {
  const { data, problem } = await training.recordings(session.id, token)
  if (problem) return <Trouble problem={problem} again={`/training/${session.id}`} />
  if (!data.videos.length) return <p className="notice spaced">{said.gone}</p>
  return (
    <section className="stack spaced" aria-labelledby="recording">
      <h2 id="recording" className="visually-hidden">{said.recording}</h2>
      <Watch
        session={session.id}
        title={session.title}
        videos={data.videos}
        progress={data.progress}
        bookmarks={data.bookmarks}
        keep={keepProgress.bind(null, session.id)}
        add={addBookmark}
        remove={removeBookmark}
      />
    </section>
  )
}
