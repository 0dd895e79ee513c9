// Ways from one place, or colour, to another.

/** Share of the way that is gone at a share of the time: slow at both ends. */
export const eased = (time) => time * time * (3 - 2 * time);

/** What lies at a share of the way between two places, or two colours. */
export const between = (from, to, share) => to.map((end, axis) => from[axis] + share * (end - from[axis]));
