using System.Globalization;
using System.Text;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>What client libraries ask on connecting: the server, its settings, and the other clients.</summary>
internal sealed class ServerCommands
{
    /// <summary>The version of Redis whose conversation on connecting this door keeps up.</summary>
    public const string RedisVersion = "7.0.0";

    private static readonly KeyValuePair<string, string>[] Settings =
        [new("databases", "1"), new("timeout", "0"), new("slave-read-only", "yes"), new("save", ""), new("appendonly", "no")];

    private readonly RespClients _clients;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;

    public ServerCommands(RespClients clients, TimeProvider time)
    {
        _clients = clients;
        _time = time;
        _started = time.GetUtcNow();
        Table =
        [
            new("INFO", -1, "Tells about the server") { Answer = Info },
            new("CONFIG", -2, "Tells settings that clients ask for") { Answer = Config },
            new("CLIENT", -2, "Names the connection and tells about connections") { Answer = Client },
            new("CLUSTER", -2, "There is no cluster of this kind") { Answer = _ => RespValue.Error("ERR This instance has cluster support disabled") },
        ];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    private RespValue Info(RespCall call)
    {
        string[] wanted = [.. Enumerable.Range(1, call.Count - 1).Select(index => call.Word(index))];
        bool Wants(string section) => wanted.Length == 0 || wanted.Any(one => one is "ALL" or "EVERYTHING" or "DEFAULT" || one == section);
        var text = new StringBuilder();
        void Section(string name, params string[] lines)
        {
            if (Wants(name.ToUpperInvariant()))
            {
                text.Append(text.Length > 0 ? "\r\n" : string.Empty).Append("# ").Append(name).Append("\r\n");
                foreach (string line in lines)
                {
                    text.Append(line).Append("\r\n");
                }
            }
        }

        string uptime = ((long)(_time.GetUtcNow() - _started).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        Section("Server", "redis_version:" + RedisVersion, "redis_mode:standalone", "server_name:orleanschat", "uptime_in_seconds:" + uptime);
        Section("Clients", string.Create(CultureInfo.InvariantCulture, $"connected_clients:{_clients.Count}"));
        Section("Persistence", "loading:0");
        Section("Replication", "role:master", "connected_slaves:0", "master_repl_offset:0");
        Section("Cluster", "cluster_enabled:0");
        return RespValue.Bulk(text.ToString());
    }

    private static RespValue Config(RespCall call)
    {
        if (call.Word(1) != "GET" || call.Count < 3)
        {
            return Unknown("CONFIG", call);
        }

        string[] names = [.. Enumerable.Range(2, call.Count - 2).Select(index => call.Text(index).ToLowerInvariant())];
        return RespValue.Map(
            [.. Settings.Where(setting => names.Contains("*") || names.Contains(setting.Key))
                .SelectMany(setting => new[] { RespValue.Bulk(setting.Key), RespValue.Bulk(setting.Value) })]);
    }

    private RespValue Client(RespCall call)
    {
        switch (call.Word(1), call.Count)
        {
            case ("SETNAME", 3):
                call.Client.Name = ClientNames.Check(call.Text(2));
                return RespValue.Ok;
            case ("GETNAME", 2):
                return call.Client.Name.Length == 0 ? RespValue.Null : RespValue.Bulk(call.Client.Name);
            case ("ID", 2):
                return RespValue.Integer(call.Client.Id);
            case ("INFO", 2):
                return RespValue.Bulk(call.Client.Describe(_time.GetUtcNow()) + "\n");
            case ("LIST", _):
                return RespValue.Bulk(string.Concat(_clients.All.OrderBy(client => client.Id).Select(client => client.Describe(_time.GetUtcNow()) + "\n")));
            case ("SETINFO", 4):
                return SetInfo(call);
            case ("NO-EVICT" or "NO-TOUCH", 3) when call.Word(2) is "ON" or "OFF":
                return RespValue.Ok;
            case ("TRACKING", 3) when call.Word(2) == "OFF":
                return RespValue.Ok;
            case ("REPLY", 3):
                return SetReplies(call);
            default:
                return Unknown("CLIENT", call);
        }
    }

    private static RespValue SetInfo(RespCall call)
    {
        switch (call.Word(2))
        {
            case "LIB-NAME":
                call.Client.Library = ClientNames.Check(call.Text(3));
                return RespValue.Ok;
            case "LIB-VER":
                call.Client.LibraryVersion = ClientNames.Check(call.Text(3));
                return RespValue.Ok;
            default:
                return RespValue.Error($"ERR Unrecognized option '{call.Word(2)}'");
        }
    }

    private static RespValue SetReplies(RespCall call)
    {
        RespReplies? replies = call.Word(2) switch
        {
            "ON" => RespReplies.On,
            "OFF" => RespReplies.Off,
            "SKIP" => RespReplies.SkipNext,
            _ => null,
        };
        if (replies is null)
        {
            return RespValue.Error(RespError.Syntax);
        }

        call.Client.Replies = replies.Value;
        return replies == RespReplies.On ? RespValue.Ok : RespValue.Several([]);
    }

    private static RespValue Unknown(string command, RespCall call) =>
        RespValue.Error($"ERR unknown subcommand or wrong number of arguments for '{call.Word(1)}'. Try {command} HELP.");
}
