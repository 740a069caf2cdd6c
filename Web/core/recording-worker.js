// The worker that reads recordings; `recording.js` is the other end.
import { RecordingService } from './recording-service.js';

const service = new RecordingService((message) => self.postMessage(message));
self.onmessage = ({ data }) => service.handle(data);
