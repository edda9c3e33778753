using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Proxies;

/// <summary>Emits one request class per method: its fields are the arguments, its <c>Invoke</c> the call.</summary>
internal sealed class RequestEmitter(ModuleBuilder module)
{
    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const string MethodField = "s_method";

    private readonly List<(TypeBuilder Type, MethodInfo Method)> _types = [];

    /// <summary>How a proxy makes and sends a request.</summary>
    internal readonly record struct Emitted(ConstructorBuilder Constructor, MethodInfo Send, bool IsValueTask);

    public Emitted Emit(MethodInfo method, string name)
    {
        var parameters = Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType);
        var result = ResultOf(method, parameters);
        var baseType = result is null ? typeof(TaskRequest) : typeof(TaskRequest<>).MakeGenericType(result);
        var type = module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, baseType);
        var fields = parameters.Select((parameter, i) => type.DefineField($"argument{i}", parameter, FieldAttributes.Private)).ToArray();

        EmitMethodGetter(type);
        EmitInvoke(type, method, fields);
        _types.Add((type, method));

        var send = typeof(GrainReference).GetMethods(AnyInstance)
            .Single(candidate => candidate.Name == nameof(GrainReference.Send) && candidate.IsGenericMethod == result is not null);
        return new Emitted(
            EmitConstructor(type, baseType, parameters, fields),
            result is null ? send : send.MakeGenericMethod(result),
            method.ReturnType.IsValueType);
    }

    /// <summary>Finishes the classes and tells each what its method is.</summary>
    public void Complete()
    {
        foreach (var (type, method) in _types)
        {
            type.CreateType().GetField(MethodField)!.SetValue(null, new CallMethod(method));
        }
    }

    private static Type? ResultOf(MethodInfo method, Type[] parameters)
    {
        var returned = method.ReturnType;
        var definition = returned.IsGenericType ? returned.GetGenericTypeDefinition() : null;
        var result = definition == typeof(Task<>) || definition == typeof(ValueTask<>) ? returned.GetGenericArguments()[0] : null;
        if ((result is null && returned != typeof(Task) && returned != typeof(ValueTask))
            || method.IsGenericMethod || Array.Exists(parameters, parameter => parameter.IsByRef || parameter.IsByRefLike))
        {
            throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name} cannot be called on a grain: it must return Task or ValueTask, take no references and not be generic.");
        }

        if (result is not null && new CallMethod(method).IsOneWay)
        {
            throw new NotSupportedException($"{method.DeclaringType}.{method.Name} is one-way and cannot return a value.");
        }

        return result;
    }

    private static ConstructorBuilder EmitConstructor(TypeBuilder type, Type baseType, Type[] parameters, FieldBuilder[] fields)
    {
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, baseType.GetConstructor(AnyInstance, [])!);
        for (var i = 0; i < fields.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
            il.Emit(OpCodes.Stfld, fields[i]);
        }

        il.Emit(OpCodes.Ret);
        return constructor;
    }

    private static void EmitMethodGetter(TypeBuilder type)
    {
        var field = type.DefineField(MethodField, typeof(CallMethod), FieldAttributes.Public | FieldAttributes.Static);
        var getter = typeof(Request).GetProperty(nameof(Request.Method))!.GetMethod!;
        var il = Override(type, getter).GetILGenerator();
        il.Emit(OpCodes.Ldsfld, field);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitInvoke(TypeBuilder type, MethodInfo method, FieldBuilder[] fields)
    {
        var il = Override(type, typeof(Request).GetMethod(nameof(Request.Invoke))!).GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        il.Emit(OpCodes.Callvirt, method);
        if (method.ReturnType.IsValueType)
        {
            var local = il.DeclareLocal(method.ReturnType);
            il.Emit(OpCodes.Stloc, local);
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Call, method.ReturnType.GetMethod(nameof(ValueTask.AsTask))!);
        }

        il.Emit(OpCodes.Ret);
    }

    private static MethodBuilder Override(TypeBuilder type, MethodInfo method) => type.DefineMethod(
        method.Name,
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig,
        method.ReturnType,
        Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType));
}
