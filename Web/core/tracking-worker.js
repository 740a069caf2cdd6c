// The worker that follows a face; `tracker.js` is the other end.
import { TrackerService } from './tracker-service.js';

const service = new TrackerService((message, transfer) => self.postMessage(message, transfer ?? []));
self.onmessage = ({ data }) => service.handle(data);
