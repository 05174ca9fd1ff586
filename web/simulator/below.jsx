// What stands below the first screen, as the person asks for it.
import { state } from '../state/store.js'
import { Both } from './both.jsx'

/** @param {{ a: string, query: number, near: { value: any, isFresh: boolean }, lost: any }} props */
export const Below = ({ near, lost }) => <>{state.value.both && <Both near={near.value} lost={lost} />}</>
