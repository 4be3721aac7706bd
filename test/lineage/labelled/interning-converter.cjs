/** A payload converter of a lab that gives equal objects as one, as some caches do. */
const { defaultPayloadConverter } = require('@temporalio/common');

const known = new Map();

function intern(value) {
  if (value === null || typeof value !== 'object') return value;
  const text = JSON.stringify(value);
  if (!known.has(text)) known.set(text, value);
  return known.get(text);
}

exports.payloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: (payload) => intern(defaultPayloadConverter.fromPayload(payload)),
};
