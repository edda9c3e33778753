using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace OrleansChat;

/// <summary>An answer or a refusal. Exactly one of the two is set.</summary>
/// <typeparam name="T">The answer's type.</typeparam>
/// <param name="Value">The answer, null when refused.</param>
/// <param name="Error">The refusal, null when done.</param>
[GenerateSerializer, Immutable, Alias("chat.Result`1")]
public sealed record Result<T>([property: Id(0)] T? Value, [property: Id(1)] ChatError? Error)
{
    /// <summary>Whether the request was carried out.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>Wraps an answer.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Wraps a refusal.</summary>
    public static implicit operator Result<T>(ChatError error) => new(default, error);
}

/// <summary>The answer of a request that has nothing to say but that it was done.</summary>
[GenerateSerializer, Immutable, Alias("chat.Done")]
public sealed record Done
{
    /// <summary>The one value.</summary>
    public static Done Value { get; } = new();

    /// <summary>A successful result.</summary>
    public static Result<Done> Ok { get; } = Value;
}

/// <summary>A page of a longer list.</summary>
/// <typeparam name="T">The item type.</typeparam>
/// <param name="Items">The items in order.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page; null on the last one.</param>
[GenerateSerializer, Immutable, Alias("chat.Page`1")]
public sealed record Page<T>([property: Id(0)] IReadOnlyList<T> Items, [property: Id(1)] string? Next);
