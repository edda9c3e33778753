using System.ComponentModel;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

[Description("A refusal (RFC 9457).")]
internal sealed record Problem
{
    [Description("Where it is explained.")]
    public required string Type { get; init; }

    [Description("What it is, in general.")]
    public required string Title { get; init; }

    [Description("The HTTP status.")]
    public required int Status { get; init; }

    [Description("What it is in this case.")]
    public required string Detail { get; init; }

    [Description("The stable number.")]
    public required int Code { get; init; }

    [Description("The stable name.")]
    public required string Name { get; init; }

    [Description("Whether the same request may succeed later.")]
    public required bool Retry { get; init; }
}
