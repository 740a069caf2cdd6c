// The worker that keeps one avatar; `avatar.js` is the other end.
import { AvatarService } from './avatar-service.js';

const service = new AvatarService((message, transfer) => self.postMessage(message, transfer ?? []));
self.onmessage = ({ data }) => service.handle(data);
