using System.Text.Json;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The hub's methods: one for each command, of the same name and with the same parameters in one object.</summary>
internal sealed partial class ChatHub
{
    // Messages.
    public Task<HubAnswer> Send(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> History(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Edit(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Delete(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> React(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Pin(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Read(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Delivered(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Receipts(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Typing(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Search(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Open(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Conversations(JsonElement parameters) => RunAsync(parameters);

    // Groups.
    public Task<HubAnswer> GroupCreate(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupUpdate(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupDelete(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupJoin(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupLeave(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupInvite(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupApprove(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupReject(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupKick(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupBan(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupUnban(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupRole(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupMute(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupGet(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupMembers(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupRequests(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> GroupList(JsonElement parameters) => RunAsync(parameters);

    // People.
    public Task<HubAnswer> Users(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> User(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Me(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Contacts(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> ContactAdd(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> ContactRemove(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Block(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Unblock(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Blocked(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Who(JsonElement parameters) => RunAsync(parameters);

    // The session.
    public Task<HubAnswer> Sync(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Sessions(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> SessionEnd(JsonElement parameters) => RunAsync(parameters);

    public Task<HubAnswer> Ping(JsonElement parameters) => RunAsync(parameters);
}
