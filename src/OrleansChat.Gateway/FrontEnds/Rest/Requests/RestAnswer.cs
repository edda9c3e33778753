namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>What goes back: a status with a JSON object or nothing, or a refusal, which becomes a problem document.</summary>
/// <param name="Status">The status of success.</param>
/// <param name="Body">UTF-8 JSON; empty for none.</param>
/// <param name="Error">The refusal; null when done.</param>
/// <param name="Location">The address of what was made.</param>
internal readonly record struct RestAnswer(int Status, ReadOnlyMemory<byte> Body, ChatError? Error = null, string? Location = null)
{
    /// <summary>With a refusal: another status than the error's own, for what HTTP itself names.</summary>
    public int? RefusedWith { get; init; }

    /// <summary>With a refusal: when to come again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RestAnswer Done => new(StatusCodes.Status204NoContent, default);

    public static implicit operator RestAnswer(ChatError error) => new(0, default, error);
}

/// <summary>A request that HTTP has a status of its own for, such as a body of another media type.</summary>
internal sealed class RestRefusalException(int status, ChatError error) : Exception(error.Message)
{
    public RestAnswer Answer { get; } = new(0, default, error) { RefusedWith = status };
}
