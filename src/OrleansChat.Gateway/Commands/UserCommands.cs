using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Presence;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Commands;

/// <summary>People: directory, profile, contacts, blocks, who is online.</summary>
internal sealed class UserCommands
{
    private readonly IGrainFactory _grains;
    private readonly IUserDirectory _directory;
    private readonly IPresence _presence;
    private readonly PresenceWatch _watch;
    private readonly IStreamProvider _streams;
    private readonly ChatLimits _limits;

    public UserCommands(
        IGrainFactory grains,
        IUserDirectory directory,
        IPresence presence,
        PresenceWatch watch,
        [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams,
        GatewayOptions options)
    {
        _grains = grains;
        _directory = directory;
        _presence = presence;
        _watch = watch;
        _streams = streams;
        _limits = options.Limits;
        Table = new Dictionary<string, CommandHandler>
        {
            ["users"] = UsersAsync,
            ["user"] = (_, arguments) => ProfileAsync(arguments.User("name")),
            ["me"] = MeAsync,
            ["contacts"] = ContactsAsync,
            ["contact.add"] = (caller, arguments) => ContactAsync(caller, arguments, on: true),
            ["contact.remove"] = (caller, arguments) => ContactAsync(caller, arguments, on: false),
            ["block"] = (caller, arguments) => BlockAsync(caller, arguments, on: true),
            ["unblock"] = (caller, arguments) => BlockAsync(caller, arguments, on: false),
            ["blocked"] = BlockedAsync,
            ["who"] = WhoAsync,
        };
    }

    public IReadOnlyDictionary<string, CommandHandler> Table { get; }

    private async Task<CommandResult> UsersAsync(Caller caller, CommandArguments arguments)
    {
        Page<string> names = await _directory.ListAsync(
            (arguments.OptionalText("prefix") ?? string.Empty).ToLowerInvariant(),
            arguments.OptionalText("after"),
            arguments.Limit(50, _limits.PageSize));
        return await ProfilesAsync(names);
    }

    private async Task<CommandResult> WhoAsync(Caller caller, CommandArguments arguments) =>
        await ProfilesAsync(await _presence.OnlineAsync(arguments.OptionalText("after"), arguments.Limit(50, _limits.PageSize)));

    private async Task<CommandResult> ProfilesAsync(Page<string> names)
    {
        Result<Profile>[] profiles = await Task.WhenAll(names.Items.Select(name => _grains.GetGrain<IUserGrain>(name).GetProfile()));

        // A guest may have gone between the list and the profile; storage that is away is another matter.
        return profiles.FirstOrDefault(profile => profile.Error?.Retry == true)?.Error is { } error
            ? error
            : CommandResult.Page(
                new Page<Profile>([.. profiles.Where(profile => profile.IsOk).Select(profile => profile.Value!)], names.Next),
                WireJson.ProfileObject);
    }

    private async Task<CommandResult> ProfileAsync(string user)
    {
        Result<Profile> profile = await _grains.GetGrain<IUserGrain>(user).GetProfile();
        return profile.IsOk ? CommandResult.Of(profile.Value, WireJson.Profile) : profile.Error;
    }

    private async Task<CommandResult> MeAsync(Caller caller, CommandArguments arguments)
    {
        if (arguments.OptionalFlag("away") is { } away && caller.Session is { } session)
        {
            await _presence.SetAwayAsync(caller.User, session.Id, away);
        }

        var change = new ProfileChange(arguments.OptionalText("displayName"), arguments.OptionalText("status"), arguments.OptionalText("avatar"));
        Result<Profile> profile = await _grains.GetGrain<IUserGrain>(caller.User).Update(caller.Actor, change);
        return profile.IsOk ? CommandResult.Of(profile.Value, WireJson.Profile) : profile.Error;
    }

    private async Task<CommandResult> ContactsAsync(Caller caller, CommandArguments arguments)
    {
        Result<IReadOnlyList<string>> contacts = await _grains.GetGrain<IUserGrain>(caller.User).Contacts(caller.Actor);
        return contacts.IsOk ? await ProfilesAsync(new Page<string>(contacts.Value, null)) : contacts.Error;
    }

    private async Task<CommandResult> BlockedAsync(Caller caller, CommandArguments arguments)
    {
        Result<IReadOnlyList<string>> blocked = await _grains.GetGrain<IUserGrain>(caller.User).BlockedUsers(caller.Actor);
        return blocked.IsOk ? await ProfilesAsync(new Page<string>(blocked.Value, null)) : blocked.Error;
    }

    private async Task<CommandResult> ContactAsync(Caller caller, CommandArguments arguments, bool on)
    {
        string user = arguments.User("user");
        Result<bool> changed = await _grains.GetGrain<IUserGrain>(caller.User).SetContact(caller.Actor, user, on);
        if (!changed.IsOk)
        {
            return changed.Error;
        }

        if (changed.Value)
        {
            if (on && caller.Session is { Conversations.IsSynced: true } session)
            {
                _watch.Watch(session, user);
            }

            await _streams.GetStream<Announcement>(StreamId.Create(ChatStreams.User, caller.User))
                .OnNextAsync(new Announcement(AnnouncementKind.Event, ChatEvents.Contact(user, on)));
        }

        return CommandResult.Done;
    }

    private async Task<CommandResult> BlockAsync(Caller caller, CommandArguments arguments, bool on)
    {
        Result<bool> changed = await _grains.GetGrain<IUserGrain>(caller.User).SetBlocked(caller.Actor, arguments.User("user"), on);
        return changed.IsOk ? CommandResult.Done : changed.Error;
    }
}
