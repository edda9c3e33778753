using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>What answers a request, once it is known who asks and the body has been read.</summary>
internal delegate Task<RestAnswer> RestHandler(RestRequest request);

/// <summary>
/// One row of the table that the routes, the argument mapping, the OpenAPI document and the docs page are made of.
/// Most rows run a native command: the parameters of the route and the query and the members of the body become the command's parameters
/// of the same names.
/// </summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Route">The route below <c>/api/v1</c>.</param>
/// <param name="Topic">The heading that it stands under in the docs.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record RestEndpoint(string Method, string Route, string Topic, string Summary)
{
    /// <summary>The native command that it runs; null when it has a handler of its own.</summary>
    public string? Command { get; private init; }

    public RestHandler Handler { get; private init; } = static _ => throw new InvalidOperationException("The row has neither command nor handler.");

    /// <summary>The parameters of the route, in order.</summary>
    public IReadOnlyList<RestParameter> Path { get; } = RestParameter.InRoute(Route);

    public IReadOnlyList<RestParameter> Query { get; private init; } = [];

    public IReadOnlyList<RestParameter> Headers { get; private init; } = [];

    /// <summary>A command's parameter that the route itself says.</summary>
    public (string Name, bool Value)? Constant { get; private init; }

    /// <summary>The record whose members the body may have; null when there is no body.</summary>
    public Type? Body { get; private init; }

    /// <summary>Whether the body may be left out.</summary>
    public bool BodyIsOptional { get; private init; }

    /// <summary>The record that describes the answer; null when there is none, which is 204.</summary>
    public Type? Answer { get; private init; }

    public int Success { get; private init; } = StatusCodes.Status204NoContent;

    /// <summary>A second status of success: a repeat of what was done before.</summary>
    public int? Repeat { get; private init; }

    /// <summary>From the answer to the route of what was made.</summary>
    public Func<JsonElement, string>? Location { get; private init; }

    /// <summary>What it refuses with, besides what every endpoint does.</summary>
    public IReadOnlyList<ChatError> Errors { get; private init; } = [];

    /// <summary>Whether it is for people without a token.</summary>
    public bool Anonymous { get; private init; }

    /// <summary>Counted per client address.</summary>
    public AddressLimit Limit { get; private init; }

    public string Name => Command ?? $"{Method} {Route}";

    public RestEndpoint Runs(string command) => this with { Command = command, Handler = request => request.RunAsync(command) };

    public RestEndpoint Handles(RestHandler handler) => this with { Handler = handler };

    public RestEndpoint Asks(params RestParameter[] query) => this with { Query = query };

    public RestEndpoint Heeds(RestParameter header) => this with { Headers = [header] };

    public RestEndpoint With(string name, bool value) => this with { Constant = (name, value) };

    public RestEndpoint Takes<T>() => this with { Body = typeof(T) };

    public RestEndpoint MayTake<T>() => this with { Body = typeof(T), BodyIsOptional = true };

    public RestEndpoint Gives<T>() => this with { Answer = typeof(T), Success = StatusCodes.Status200OK };

    public RestEndpoint Makes<T>(Func<JsonElement, string> location) =>
        this with { Answer = typeof(T), Success = StatusCodes.Status201Created, Location = location };

    public RestEndpoint OrRepeats() => this with { Repeat = StatusCodes.Status200OK };

    public RestEndpoint Refuses(params ChatError[] errors) => this with { Errors = errors };

    public RestEndpoint ForAnybody(AddressLimit limit) => this with { Anonymous = true, Limit = limit };

    public RestEndpoint Limited(AddressLimit limit) => this with { Limit = limit };
}

/// <summary>What is counted per client address.</summary>
internal enum AddressLimit
{
    None,
    SignIns,
    Registrations,
    Guests,
}
