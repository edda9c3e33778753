using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Running;

/// <summary>What a person sees: a line while it runs, a table at the end.</summary>
internal static class ReportTable
{
    private const int Shown = 5;

    /// <summary>One line on standard error that is overwritten; silent when nobody looks.</summary>
    public static void Progress(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r\e[K{text}");
        }
    }

    public static void Clear() => Progress("");

    public static void Write(RunReport report)
    {
        Clear();
        RunOptions options = report.Options;
        Console.WriteLine($"seed {options.Seed}, {options.Nodes} nodes, {options.Time.TotalSeconds:0} s, appendfsync {options.AppendFsync}{(options.WaitReplicas > 0 ? $", acknowledged with {options.WaitReplicas} replica" : "")}{(options.Mutant is { } bug ? $", with {bug} planted in {report.Planted} calls" : "")}");
        Console.WriteLine($"  acknowledged   {report.Acked,12:N0}");
        Console.WriteLine($"  delivered      {report.Deliveries,12:N0}");
        Console.WriteLine($"  other commands {report.Commands,12:N0}");
        foreach (IGrouping<string, Operation> answer in report.History.Sends.GroupBy(send => send.Answer is { } came ? came.Error ?? "ok" : "no answer").OrderByDescending(group => group.Count()))
        {
            Console.WriteLine($"    send: {answer.Key,-18} {answer.Count(),10:N0}");
        }

        foreach ((string fault, int count) in report.Faults.OrderBy(fault => fault.Key))
        {
            Console.WriteLine($"    fault: {fault,-17} {count,10:N0}");
        }

        Write(report.Violations);
    }

    public static void Write(IReadOnlyList<Violation> violations)
    {
        Console.WriteLine($"  violations     {violations.Count,12:N0}");
        foreach (IGrouping<ViolationKind, Violation> kind in violations.GroupBy(violation => violation.Kind))
        {
            Console.WriteLine($"    {kind.Key}: {kind.Count():N0}");
            foreach (Violation violation in kind.Take(Shown))
            {
                Console.WriteLine($"      {violation.Where}: {violation.What}");
            }
        }
    }
}
