namespace OrleansChat.Redis;

/// <summary>What a restored backup held.</summary>
/// <param name="Conversations">Conversations that have a new epoch.</param>
/// <param name="Sessions">Sessions of the nodes of before, which were closed.</param>
public sealed record RestoreReport(long Conversations, long Sessions);
