/** A website that is told something impossible says so when it starts, not to its first visitor. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('./lib/starting')
}
