/** Names of places and roles, for people. */

export const surroundings = {
  darkness: "Darkness", conference: "Conference room", beach: "Beach at dusk", meadow: "Cartoon meadow",
};

export const arrangements = {
  facing: "Face to face (2)", table: "Round table (8)", stage: "Audience and stage (12)",
  sofa: "Sofa (4)",
};

export const roles = { guest: "guest", member: "member", moderator: "moderator" };

/** @param {number} metres */
export const distanceWords = (metres) => `${metres.toFixed(1)} m`;
