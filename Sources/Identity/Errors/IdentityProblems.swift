import Hummingbird
import Logging
import Metrics
import NIOHTTP1
import ServerSupport

/// Turns what a route throws into a problem that says one sentence.
struct IdentityProblems<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as IdentityError {
      Counter(label: "visavis_people_refusals_total", dimensions: [("kind", error.kind)])
        .increment()
      return error.response
    } catch let error as HTTPParserError {
      // The connection answers this itself and closes.
      throw error
    } catch let error as any HTTPResponseError {
      guard error.status == .contentTooLarge else { throw error }
      return IdentityError.bodyTooLarge(limit: JSONBody.limit).response
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      context.logger.error("Unforeseen", metadata: ["error": "\(type(of: error))"])
      return IdentityError.failure.response
    }
  }
}
