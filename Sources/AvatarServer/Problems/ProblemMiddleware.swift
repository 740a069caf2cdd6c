import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import ServerSupport

/// Turns every error into a problem that says one sentence.
struct ProblemMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as ServerError {
      return error.response
    } catch let error as HTTPParserError {
      // The connection answers this itself and closes.
      throw error
    } catch let error as any HTTPResponseError {
      return switch error.status {
      case .notFound: ServerError.notFound.response
      case .contentTooLarge: ServerError.bodyTooLarge(limit: context.maxUploadSize).response
      default:
        Problem(
          status: error.status, kind: "request", detail: "The request cannot be understood."
        ).response
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      context.logger.error("Unforeseen", metadata: ["error": "\(error)"])
      return ServerError.failure.response
    }
  }
}
