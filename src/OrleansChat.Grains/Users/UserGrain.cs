using Orleans;
using Orleans.Runtime;
using OrleansChat.Conversations;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Grains.Users;

/// <summary>
/// A user. Its state is read anew by each request that uses it: the grain may be active on another node, where it was changed (invariant I6).
/// </summary>
internal sealed class UserGrain : Grain, IUserGrain
{
    private const int MinPassword = 8;
    private const int MaxPassword = 128;

    private readonly StoredUser _stored;
    private readonly IUserDirectory _directory;
    private readonly IMessageLog _log;
    private readonly IPresence _presence;
    private readonly PasswordWork _passwords;
    private readonly ChatLimits _limits;
    private readonly ISignInAttempts _attempts;

    public UserGrain(
        [PersistentState("profile")] IPersistentState<UserState> state,
        IUserDirectory directory,
        IMessageLog log,
        IPresence presence,
        PasswordWork passwords,
        ISignInAttempts attempts,
        ChatLimits limits)
    {
        _stored = new StoredUser(state);
        _directory = directory;
        _log = log;
        _presence = presence;
        _passwords = passwords;
        _limits = limits;
        _attempts = attempts;
    }

    private string Name => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public async Task<Result<SignedIn>> Register(string password, string? displayName)
    {
        if (Unfit(password) is { } unfit || TooLong(displayName, out unfit) || Deceptive(ref displayName, isName: true, out unfit))
        {
            return unfit;
        }

        // Looked up first, so that trying names out costs no hashing.
        if (await _directory.FindAsync(Name) is { Guest: false })
        {
            return ChatError.NameTaken;
        }

        Result<Account> account = await _directory.RegisterAsync(Name, await _passwords.HashAsync(Name, password));
        if (!account.IsOk)
        {
            return account.Error;
        }

        if (!string.IsNullOrEmpty(displayName))
        {
            await _stored.ChangeAsync(string.Empty, user => user with { DisplayName = displayName });
        }

        return new SignedIn(Name, string.Empty);
    }

    /// <inheritdoc />
    public async Task<Result<Done>> RegisterGuest(Actor actor, string password)
    {
        if (Unfit(password) is { } unfit)
        {
            return unfit;
        }

        Account? account = await _directory.FindAsync(Name);
        if (account is { Guest: false })
        {
            return ChatError.NameTaken;
        }

        Result<Account> kept = await _directory.RegisterGuestAsync(Name, actor.Incarnation, await _passwords.HashAsync(Name, password));
        return kept.IsOk ? Done.Ok : kept.Error;
    }

    /// <inheritdoc />
    public async Task<Result<SignedIn>> SignIn(string password)
    {
        if (!await _attempts.TryTakeAsync(Name))
        {
            return ChatError.RateLimited.Because("Too many sign-in attempts; wait a minute.");
        }

        Account? account = await _directory.FindAsync(Name);
        bool matches = password.Length <= MaxPassword && await _passwords.VerifyAsync(Name, account?.PasswordHash ?? string.Empty, password);
        if (!matches)
        {
            return ChatError.Unauthenticated.Because("The name or the password is wrong.");
        }

        await _attempts.ClearAsync(Name);
        return new SignedIn(Name, account!.Incarnation);
    }

    /// <inheritdoc />
    public async Task<Result<Done>> ChangePassword(Actor actor, string oldPassword, string newPassword)
    {
        if (Unfit(newPassword) is { } unfit)
        {
            return unfit;
        }

        if (!await _attempts.TryTakeAsync(Name))
        {
            return ChatError.RateLimited.Because("Too many sign-in attempts; wait a minute.");
        }

        Account? account = await _directory.FindAsync(Name);
        if (account is null || !await _passwords.VerifyAsync(Name, account.PasswordHash, oldPassword))
        {
            return ChatError.Unauthenticated.Because("The old password is wrong.");
        }

        return await _directory.SetPasswordAsync(Name, account.PasswordHash, await _passwords.HashAsync(Name, newPassword));
    }

    /// <inheritdoc />
    public async Task<Result<Done>> ResetPassword(string newPassword)
    {
        if (Unfit(newPassword) is { } unfit)
        {
            return unfit;
        }

        return await _directory.FindAsync(Name) is { Guest: false } account
            ? await _directory.SetPasswordAsync(Name, account.PasswordHash, await _passwords.HashAsync(Name, newPassword))
            : ChatError.NoSuchUser;
    }

    /// <inheritdoc />
    public async Task<Result<Profile>> GetProfile()
    {
        Account? account = await _directory.FindAsync(Name);
        return account is null ? ChatError.NoSuchUser : await ProfileAsync(account, await _stored.ReadAsync(account.Incarnation));
    }

    /// <inheritdoc />
    public async Task<Result<Profile>> Update(Actor actor, ProfileChange change)
    {
        if (TooLong(change.DisplayName, out ChatError? error) || TooLong(change.Status, out error) || TooLong(change.Avatar, out error))
        {
            return error;
        }

        (string? display, string? status) = (change.DisplayName, change.Status);
        if (Deceptive(ref display, isName: true, out error) || Deceptive(ref status, isName: false, out error))
        {
            return error;
        }

        change = change with { DisplayName = display, Status = status };
        Account? account = await _directory.FindAsync(Name);
        if (account is null || account.Incarnation != actor.Incarnation)
        {
            return ChatError.Unauthenticated;
        }

        UserState user = change.IsEmpty
            ? await _stored.ReadAsync(actor.Incarnation)
            : await _stored.ChangeAsync(actor.Incarnation, old => old with
            {
                DisplayName = change.DisplayName ?? old.DisplayName,
                Status = change.Status ?? old.Status,
                Avatar = change.Avatar ?? old.Avatar,
            });
        if (status is not null)
        {
            await _presence.AnnounceAsync(Name, status);
        }

        return await ProfileAsync(account, user);
    }

    /// <inheritdoc />
    public async Task<Result<IReadOnlyList<string>>> Contacts(Actor actor) =>
        new Result<IReadOnlyList<string>>((await _stored.ReadAsync(actor.Incarnation)).Contacts, null);

    /// <inheritdoc />
    public async Task<Result<IReadOnlyList<string>>> BlockedUsers(Actor actor) =>
        new Result<IReadOnlyList<string>>((await _stored.ReadAsync(actor.Incarnation)).Blocked, null);

    /// <inheritdoc />
    public async Task<Result<bool>> SetContact(Actor actor, string user, bool on)
    {
        UserState before = await _stored.ReadAsync(actor.Incarnation);
        if (before.Contacts.Contains(user) == on)
        {
            return false;
        }

        if (on && await RefuseNewNameAsync(user, before.Contacts.Count) is { } refusal)
        {
            return refusal;
        }

        await _stored.ChangeAsync(actor.Incarnation, old => old with { Contacts = NameList.With(old.Contacts, user, on) });
        return true;
    }

    /// <inheritdoc />
    public async Task<Result<bool>> SetBlocked(Actor actor, string user, bool on)
    {
        UserState before = await _stored.ReadAsync(actor.Incarnation);
        if (on && await RefuseNewNameAsync(user, before.Blocked.Count) is { } refusal)
        {
            return refusal;
        }

        // The flag that the append reads comes first: should the list fail to be written, the block holds and can be repeated.
        Result<Done> flagged = await _log.SetBlockAsync(ConversationId.Direct(Name, user), user, on);
        if (!flagged.IsOk)
        {
            return flagged.Error;
        }

        await _stored.ChangeAsync(actor.Incarnation, old => old with { Blocked = NameList.With(old.Blocked, user, on) });
        return before.Blocked.Contains(user) != on;
    }

    /// <inheritdoc />
    public async Task<Result<string>> OpenDirect(Actor actor, string peer)
    {
        if (peer == Name)
        {
            return ChatError.BadRequest.Because("There is no conversation with oneself.");
        }

        return await _directory.FindAsync(peer) is null ? ChatError.NoSuchUser : ConversationId.Direct(Name, peer).Value;
    }

    private static ChatError? Unfit(string password) =>
        password.Length is < MinPassword or > MaxPassword
            ? ChatError.BadRequest.Because($"A password has {MinPassword} to {MaxPassword} characters.")
            : null;

    private async Task<ChatError?> RefuseNewNameAsync(string user, int count) =>
        user == Name ? ChatError.BadRequest.Because("This is you.")
        : count >= _limits.Contacts ? ChatError.TooLarge.Because("The list is full.")
        : await _directory.FindAsync(user) is null ? ChatError.NoSuchUser
        : null;

    private async Task<Profile> ProfileAsync(Account account, UserState user)
    {
        PresenceState presence = await _presence.GetAsync(Name);
        string display = user.DisplayName.Length == 0 ? Name : user.DisplayName;
        return new Profile(Name, display, user.Status, user.Avatar, account.Guest, presence.State, presence.LastSeen);
    }

    private static bool Deceptive(ref string? text, bool isName, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ChatError? error)
    {
        string? clean = null;
        error = text is null || DisplayText.TryClean(text, isName, out clean) ? null : ChatError.BadRequest.Because(DisplayText.Refusal);
        text = clean ?? text;
        return error is not null;
    }

    private bool TooLong(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ChatError? error)
    {
        error = text is not null && System.Text.Encoding.UTF8.GetByteCount(text) > _limits.ProfileText
            ? ChatError.TooLarge.Because($"A profile text has at most {_limits.ProfileText} bytes.")
            : null;
        return error is not null;
    }
}
