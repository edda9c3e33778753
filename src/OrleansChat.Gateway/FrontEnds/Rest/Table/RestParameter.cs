using Microsoft.AspNetCore.Routing.Patterns;

namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>A parameter of a route, a query or a header, under the name that the native commands give it.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsNumber">A whole number from 0; else a text.</param>
/// <param name="Meaning">For the docs.</param>
internal sealed record RestParameter(string Name, bool IsNumber, string Meaning)
{
    public static RestParameter Prefix { get; } = new("prefix", false, "Only names that begin with this.");

    public static RestParameter After { get; } = new("after", false, "The `next` of the page before.");

    public static RestParameter Limit { get; } = new("limit", true, "At most so many, up to 200.");

    public static RestParameter BeforeSeq { get; } = new("before", true, "Messages with smaller numbers, the nearest ones.");

    public static RestParameter AfterSeq { get; } = new("after", true, "Messages with greater numbers, the nearest ones.");

    public static RestParameter SearchText { get; } = new("text", false, "Words that a message must all have, in any case of letters.");

    public static RestParameter In { get; } = new("conversation", false, "Only in this conversation; else in all of the caller's.");

    public static RestParameter BeforeFound { get; } = new("before", false, "The `next` of the page before; within one conversation.");

    public static RestParameter Seen { get; } =
        new("seen", false, "`show`: each message says whether it was seen. `mark`: besides, the page and all before it count as read from then on.");

    public static RestParameter IdempotencyKey { get; } =
        new("Idempotency-Key", false, "Stands for `clientId`: a repeat with the same key adds nothing.");

    private static readonly Dictionary<string, RestParameter> OfRoutes = new RestParameter[]
    {
        new("user", false, "A user name."),
        new("name", false, "A user name."),
        new("conversation", false, "A conversation's id: `dm:<a>:<b>` or `group:<id>`."),
        new("group", false, "A group's id."),
        new("seq", true, "A message's number."),
        new("emoji", false, "The reaction, percent-encoded."),
        new("session", false, "A session's id."),
    }.ToDictionary(parameter => parameter.Name);

    public static IReadOnlyList<RestParameter> InRoute(string route) =>
        [.. RoutePatternFactory.Parse(route).Parameters.Select(parameter => OfRoutes[parameter.Name])];
}
