using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using MethodBody = Mono.Cecil.Cil.MethodBody;

namespace OrleansChat.Chaos.Fuzzing.Coverage;

/// <summary>Makes an assembly say which blocks of its code are entered, by a call at the beginning of each.</summary>
internal static class Instrumenter
{
    private static readonly MethodInfo Enter = typeof(BranchCounters).GetMethod(nameof(BranchCounters.Enter))!;

    /// <summary>The assembly in this file, instrumented.</summary>
    public static MemoryStream Instrument(string path)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
        MethodReference enter = assembly.MainModule.ImportReference(Enter);
        var blocks = new Random(assembly.Name.Name.Sum(static c => c));
        foreach (MethodDefinition method in assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            Instrument(method.Body, enter, blocks);
        }

        MemoryStream written = new();
        assembly.Write(written);
        written.Position = 0;
        return written;
    }

    private static void Instrument(MethodBody body, MethodReference enter, Random blocks)
    {
        body.SimplifyMacros();
        HashSet<Instruction> beginnings = [body.Instructions[0]];
        foreach (Instruction instruction in body.Instructions)
        {
            Instruction[] targets = instruction.Operand switch { Instruction one => [one], Instruction[] some => some, _ => [] };
            beginnings.UnionWith(targets);
            if (targets.Length > 0 && instruction.Next is { } next)
            {
                beginnings.Add(next);
            }
        }

        beginnings.UnionWith(body.ExceptionHandlers.Select(handler => handler.HandlerStart));
        ILProcessor il = body.GetILProcessor();
        foreach (Instruction beginning in beginnings)
        {
            // What jumps to the beginning must meet the call: the instruction becomes the call's, and a copy of it follows.
            Instruction copy = il.Create(OpCodes.Nop);
            (copy.OpCode, copy.Operand) = (beginning.OpCode, beginning.Operand);
            (beginning.OpCode, beginning.Operand) = (OpCodes.Ldc_I4, blocks.Next(1 << 16));
            Instruction call = il.Create(OpCodes.Call, enter);
            il.InsertAfter(beginning, call);
            il.InsertAfter(call, copy);
        }

        body.OptimizeMacros();
    }
}
