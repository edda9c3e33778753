using System.CommandLine;
using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Faults;
using OrleansChat.Chaos.Fuzzing;
using OrleansChat.Chaos.Model;
using OrleansChat.Chaos.Mutants;
using OrleansChat.Chaos.Overload;
using OrleansChat.Chaos.Soak;

namespace OrleansChat.Chaos.Running;

/// <summary>The command line.</summary>
internal static class ChaosCommand
{
    public static RootCommand Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long faults go on." };
        Option<double> seconds = new("--seconds") { Description = "The same in seconds.", DefaultValueFactory = _ => 60 };
        Option<int> seed = new("--seed") { Description = "The schedule of faults and commands.", DefaultValueFactory = _ => 1 };
        Option<int> nodes = new("--nodes") { Description = "Server processes.", DefaultValueFactory = _ => 2 };
        Option<int> clients = new("--clients") { Description = "Clients on the native door that mend nothing; others come beside them.", DefaultValueFactory = _ => 6 };
        Option<double> rate = new("--rate") { Description = "Sends a second and client.", DefaultValueFactory = _ => 20 };
        Option<string> faults = new("--faults")
        {
            Description = "Names with commas, usual, all or none; see list. What this machine does not permit is skipped and said.",
            HelpName = "names",
            DefaultValueFactory = _ => "usual",
        };
        Option<string> fsync = new("--appendfsync") { Description = "When Redis writes to disk: always or everysec.", DefaultValueFactory = _ => "always" };
        Option<int> replicas = new("--wait-replicas") { Description = "How many replicas an acknowledgement waits for: 0 or 1." };
        replicas.AcceptOnlyFromAmong("0", "1");
        fsync.AcceptOnlyFromAmong("always", "everysec");
        AtLeast(nodes, 1);
        AtLeast(clients, 3);
        faults.Validators.Add(result =>
        {
            if (FaultsOf(result.GetValue(faults)!).FirstOrDefault(name => FaultTable.All.All(fault => fault.Name != name)) is { } unknown)
            {
                result.AddError($"There is no fault {unknown}.");
            }
        });
        Option<string?> mutant = new("--mutant") { Description = "Plants one bug; see list.", HelpName = "name" };
        mutant.AcceptOnlyFromAmong([.. MutantTable.All.Select(one => one.Name)]);
        Option<string?> keep = new("--keep") { Description = "Where the history and the log are kept [a temporary directory, when something was found]." };
        RootCommand root = new("Runs OrleansChat nodes and clients through faults, records every client's history, and checks it. Exit code 1: something was found.")
        {
            minutes, seconds, seed, nodes, clients, rate, faults, fsync, replicas, mutant, keep, Check(), Model(), Mutants(), Names(), SoakCommand.Create(), OverloadCommand.Create(), FuzzCommand.Create(),
        };
        root.SetAction(async parsed =>
        {
            RunOptions options = new()
            {
                Time = parsed.GetValue(minutes) is var given and > 0 ? TimeSpan.FromMinutes(given) : TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Seed = parsed.GetValue(seed),
                Nodes = parsed.GetValue(nodes),
                Natives = parsed.GetValue(clients),
                Rate = parsed.GetValue(rate),
                Faults = await FaultTable.PossibleAsync(FaultsOf(parsed.GetValue(faults)!), Console.WriteLine),
                AppendFsync = parsed.GetValue(fsync)!,
                WaitReplicas = parsed.GetValue(replicas),
                Mutant = parsed.GetValue(mutant),
                Progress = ReportTable.Progress,
            };
            RunReport report = await ChaosRun.RunAsync(options);
            ReportTable.Write(report);
            string? directory = parsed.GetValue(keep) ?? (report.Violations.Count > 0 ? Directory.CreateTempSubdirectory("orleanschat-chaos-").FullName : null);
            if (directory is not null)
            {
                await HistoryFile.WriteAsync(directory, report.History, report.Log);
                Console.WriteLine($"kept in {directory}");
            }

            return report.Violations.Count == 0 ? 0 : 1;
        });
        return root;
    }

    private static void AtLeast(Option<int> option, int least) => option.Validators.Add(result =>
    {
        if (result.GetValue(option) < least)
        {
            result.AddError($"{option.Name} needs at least {least}.");
        }
    });

    private static Command Check()
    {
        Argument<string> directory = new("directory");
        Command check = new("check", "Checks a history that was kept.") { directory };
        check.SetAction(parsed =>
        {
            (History history, FinalLog log) = HistoryFile.Read(parsed.GetValue(directory)!);
            IReadOnlyList<Violation> found = Checker.Check(history, log);
            ReportTable.Write(found);
            return found.Count == 0 ? 0 : 1;
        });
        return check;
    }

    private static Command Model()
    {
        Command model = new("model", "Explores the model of the delivery protocol, sound and with each bug.");
        model.SetAction(_ =>
        {
            bool good = true;
            foreach (ModelFlaw flaw in Enum.GetValues<ModelFlaw>())
            {
                Exploration found = Explorer.Explore(flaw);
                good &= found.Problem is null == (flaw == ModelFlaw.None);
                Console.WriteLine($"{flaw}: {found}");
            }

            return good ? 0 : 1;
        });
        return model;
    }

    private static Command Mutants()
    {
        Option<double> seconds = new("--seconds") { Description = "How long each bug gets.", DefaultValueFactory = _ => 8 };
        Option<string[]> only = new("--only") { Description = "Only these; see list.", HelpName = "names", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. MutantTable.All.Select(one => one.Name)]);
        Command mutants = new("mutants", "Plants one bug after the other. Exit code 1: one was not caught, or a harmless change was.") { seconds, only };
        mutants.SetAction(async parsed =>
        {
            bool good = true;
            string[] names = parsed.GetValue(only) is { Length: > 0 } some ? some : [.. MutantTable.All.Select(mutant => mutant.Name)];
            foreach (Mutant mutant in names.Select(MutantTable.Get))
            {
                MutantResult result = await MutantRun.RunAsync(mutant, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                good &= result.AsExpected;
                ReportTable.Clear();
                Console.WriteLine(result);
            }

            return good ? 0 : 1;
        });
        return mutants;
    }

    private static Command Names()
    {
        Command list = new("list", "Lists all faults and all bugs that can be planted.");
        list.SetAction(_ =>
        {
            foreach (Fault fault in FaultTable.All)
            {
                Console.WriteLine($"fault  {fault.Name,-24} {(FaultTable.Usual.Contains(fault.Name) ? "usual" : ""),-6} {fault.Does}");
            }

            foreach (Mutant mutant in MutantTable.All)
            {
                Console.WriteLine($"mutant {mutant.Name,-24} {(mutant.IsControl ? "no bug" : ""),-6} {mutant.What}");
            }
        });
        return list;
    }

    private static IReadOnlyList<string> FaultsOf(string list) => list switch
    {
        "usual" => FaultTable.Usual,
        "none" => [],
        "all" => [.. FaultTable.All.Select(fault => fault.Name)],
        _ => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    };
}
