using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tokens;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>The way of every request: count it, ask who it is, read the body, let the row's handler answer.</summary>
internal sealed partial class RestPipeline(
    TokenService tokens, RestLimits limits, GatewayOptions options, CommandExecutor execute, ILogger<RestPipeline> logger)
{
    private const string Scheme = "Bearer ";

    public async Task RunAsync(HttpContext http, RestEndpoint endpoint)
    {
        RestHeaders.Private(http.Response);
        RequestBody.Bound(http);
        if (await AnswerAsync(http, endpoint.Name, async () => await TryAnswerAsync(http, endpoint)) is { } answer)
        {
            await WriteAsync(http.Response, answer);
        }
    }

    /// <summary>Writes an answer or the problem document of a refusal.</summary>
    public static Task WriteAsync(HttpResponse response, RestAnswer answer, CancellationToken cancellation = default)
    {
        if (answer.Error is not null)
        {
            return RestProblem.WriteAsync(response, answer);
        }

        response.StatusCode = answer.Status;
        if (answer.Location is { } location)
        {
            response.Headers.Location = location;
        }

        if (answer.Body.IsEmpty)
        {
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        return response.Body.WriteAsync(answer.Body, cancellation).AsTask();
    }

    /// <summary>The answer, or the refusal that a fault means; null when the client is gone or has been answered.</summary>
    public async Task<RestAnswer?> AnswerAsync(HttpContext http, string endpoint, Func<Task<RestAnswer?>> handler)
    {
        try
        {
            return await handler();
        }
        catch (BadArgumentException refused)
        {
            return ChatError.BadRequest.Because(refused.Message);
        }
        catch (RestRefusalException refused)
        {
            return refused.Answer;
        }
        catch (BadHttpRequestException refused)
        {
            return refused.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ChatError.TooLarge
                : (RestAnswer)ChatError.BadRequest.Because("The request did not arrive whole.") with { RefusedWith = refused.StatusCode };
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            LogUnavailable(logger, endpoint, failure);
            return ChatError.Unavailable;
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (IOException)
        {
            // The body cannot be read further, such as when a chunk says that it is larger than any number.
            return ChatError.BadRequest.Because("The request did not arrive whole.");
        }
        catch (Exception failure)
        {
            LogFailed(logger, endpoint, failure);
            return ChatError.Internal;
        }
    }

    private async Task<RestAnswer> TryAnswerAsync(HttpContext http, RestEndpoint endpoint)
    {
        if (await limits.RefuseAsync(endpoint.Limit, http.Connection.RemoteIpAddress) is { } wait)
        {
            return (RestAnswer)ChatError.RateLimited with { RetryAfter = wait };
        }

        Caller? caller = null;
        if (!endpoint.Anonymous)
        {
            caller = await AuthenticateAsync(http.Request);
            if (caller is null)
            {
                return ChatError.Unauthenticated;
            }

            if (limits.Refuse(caller.User) is { } pause)
            {
                return (RestAnswer)ChatError.RateLimited with { RetryAfter = pause };
            }
        }

        JsonElement body = endpoint.Body is null
            ? default
            : await RequestBody.ReadAsync(http.Request, options.Limits.Frame, endpoint.BodyIsOptional);
        return await endpoint.Handler(new RestRequest(http, endpoint, caller, body, execute));
    }

    private async Task<Caller?> AuthenticateAsync(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await tokens.AuthenticateAsync(header[Scheme.Length..].Trim())
            : null;

    [LoggerMessage(1, LogLevel.Warning, "{Endpoint}: storage did not answer")]
    private static partial void LogUnavailable(ILogger logger, string endpoint, Exception failure);

    [LoggerMessage(2, LogLevel.Error, "{Endpoint} failed")]
    private static partial void LogFailed(ILogger logger, string endpoint, Exception failure);
}
