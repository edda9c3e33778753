namespace OrleansChat.Recovery;

/// <summary>
/// What a connection needs to be taken up again by any node after its own is gone: small records that end by themselves. The log holds what
/// was said; a record only says who was connected and how far they had heard.
/// </summary>
public interface IRecoveryStore
{
    /// <summary>Keeps a record, in place of an earlier one.</summary>
    /// <param name="id">Its secret id.</param>
    /// <param name="record">The record, opaque to storage.</param>
    /// <param name="keep">How long it is kept unless <see cref="KeepAsync"/> is called.</param>
    Task SaveAsync(string id, ReadOnlyMemory<byte> record, TimeSpan keep);

    /// <summary>A record; null when there is none any more.</summary>
    Task<ReadOnlyMemory<byte>?> FindAsync(string id);

    /// <summary>Keeps a record for so long from now on.</summary>
    Task KeepAsync(string id, TimeSpan keep);

    /// <summary>Removes a record.</summary>
    Task ForgetAsync(string id);
}
