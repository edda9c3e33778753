using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Feeds;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.FrontEnds.Resp.Feeds;
using OrleansChat.Protocols.Resp;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>People: <c>IM.USER</c>, <c>IM.LINK</c>, <c>IM.UNLINK</c>.</summary>
internal sealed class ImUsers
{
    private const int LongestName = 64;
    private const string Password = "password";

    private readonly People _people;
    private readonly IFieldStore _fields;
    private readonly IGrainFactory _grains;
    private readonly UserFeeds _feeds;
    private readonly ChatLimits _limits;

    public ImUsers(People people, IFieldStore fields, IGrainFactory grains, UserFeeds feeds, GatewayOptions options)
    {
        _people = people;
        _fields = fields;
        _grains = grains;
        _feeds = feeds;
        _limits = options.Limits;
        Table =
        [
            new("IM.USER", -2, "Tells a user's fields, or sets some") { Run = call => call.Count == 2 ? GetAsync(call) : SetAsync(call) },
            new("IM.LINK", 3, "Adds a contact") { Run = call => LinkAsync(call, on: true) },
            new("IM.UNLINK", 3, "Removes a contact") { Run = call => LinkAsync(call, on: false) },
        ];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    private async Task<RespValue> GetAsync(RespCall call)
    {
        if (await _people.FindAsync(call.User(1)) is not { } user)
        {
            return RespValue.EmptyArray;
        }

        Result<Profile> profile = await _grains.GetGrain<IUserGrain>(user.User).GetProfile();
        return profile.IsOk ? RespValue.Texts(ProfileFields.Show(profile.Value, await _fields.UserAsync(user)))
            : profile.Error.Code == ChatError.NoSuchUser.Code ? RespValue.EmptyArray
            : RespError.Of(profile.Error);
    }

    private async Task<RespValue> SetAsync(RespCall call)
    {
        string name = call.User(1);
        RespFields fields = call.Fields(2);
        string? password = fields.Take(Password);
        fields.CheckLengths(LongestName, _limits.Attachments);
        Actor user = await _people.EnsureAsync(name);
        IUserGrain grain = _grains.GetGrain<IUserGrain>(name);
        ProfileChange change = ProfileFields.Change(fields);
        ChatError? refusal = change.IsEmpty ? null : (await grain.Update(user, change)).Error;
        refusal ??= fields.Count == 0 ? null : (await _fields.SetUserAsync(user, fields.All)).Error;
        refusal ??= password is null ? null : (await grain.ResetPassword(password)).Error;
        return refusal is null ? RespValue.Ok : RespError.Of(refusal);
    }

    private async Task<RespValue> LinkAsync(RespCall call, bool on)
    {
        string from = call.User(1);
        string to = call.User(2);
        Actor user = await _people.EnsureAsync(from);
        Actor other = from == to ? user : await _people.EnsureAsync(to);
        Result<bool> changed = await _grains.GetGrain<IUserGrain>(from).SetContact(user, to, on);
        if (!changed.IsOk)
        {
            return RespError.Of(changed.Error);
        }

        if (changed.Value)
        {
            IStreamProvider streams = _feeds.Services.Streams;
            await streams.GetStream<Announcement>(StreamId.Create(ChatStreams.User, from))
                .OnNextAsync(new Announcement(AnnouncementKind.Event, ChatEvents.Contact(to, on)));
            var action = new FeedAction(on ? "link" : "unlink", from, to);
            await NoteAsync(user, action);
            await NoteAsync(other, action);
        }

        return RespValue.Integer(changed.Value ? 1 : 0);
    }

    // What was sent before comes before it in the feed.
    private async Task NoteAsync(Actor user, FeedAction action)
    {
        using UserFeeds.Share share = _feeds.Open(user.User);
        while (await share.Feed.CollectAsync(all: true))
        {
        }

        await _feeds.Services.Store.NoteAsync(user, action);
        await _feeds.Services.Streams.GetStream<string>(StreamId.Create(FeedServices.Notes, user.User)).OnNextAsync(action.Name);
    }
}
