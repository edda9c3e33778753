using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Proxies;

/// <summary>Emits the class behind the references of a grain interface: each method packs its arguments into a request and sends it.</summary>
internal static class ProxyEmitter
{
    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static Func<ICallRouter, GrainId, GrainReference> Emit(Type interfaceType)
    {
        if (!interfaceType.IsInterface || !typeof(IAddressable).IsAssignableFrom(interfaceType) || interfaceType.ContainsGenericParameters)
        {
            throw new ArgumentException($"{interfaceType} is not a grain interface.", nameof(interfaceType));
        }

        var methods = Methods(interfaceType);
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"Proxies.{interfaceType.Name}"), AssemblyBuilderAccess.Run);
        OpenInternals(assembly, interfaceType, methods);
        var module = assembly.DefineDynamicModule("Proxies");
        var proxy = module.DefineType($"{interfaceType.Name}.Proxy", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [interfaceType]);
        EmitConstruction(proxy);
        EmitName(proxy, interfaceType);

        var requests = new RequestEmitter(module);
        for (var i = 0; i < methods.Count; i++)
        {
            EmitMethod(proxy, methods[i], requests.Emit(methods[i], $"{interfaceType.Name}.{methods[i].Name}_{i}"));
        }

        requests.Complete();
        return proxy.CreateType().GetMethod("Create")!.CreateDelegate<Func<ICallRouter, GrainId, GrainReference>>();
    }

    // Methods with a body of their own run on the reference and call the others.
    private static List<MethodInfo> Methods(Type interfaceType) =>
        [.. interfaceType.GetInterfaces().Prepend(interfaceType).SelectMany(type => type.GetMethods(AnyInstance)).Where(method => method.IsAbstract)];

    private static void OpenInternals(AssemblyBuilder assembly, Type interfaceType, List<MethodInfo> methods)
    {
        var assemblies = new HashSet<Assembly> { typeof(ProxyEmitter).Assembly };
        Add(interfaceType);
        foreach (var method in methods)
        {
            Add(method.DeclaringType!);
            Add(method.ReturnType);
            Array.ForEach(method.GetParameters(), parameter => Add(parameter.ParameterType));
        }

        var constructor = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        foreach (var opened in assemblies)
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [opened.GetName().Name!]));
        }

        void Add(Type type)
        {
            assemblies.Add(type.Assembly);
            if (type.HasElementType)
            {
                Add(type.GetElementType()!);
            }

            Array.ForEach(type.GetGenericArguments(), Add);
        }
    }

    private static void EmitConstruction(TypeBuilder proxy)
    {
        Type[] parameters = [typeof(ICallRouter), typeof(GrainId)];
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(AnyInstance, parameters)!);
        il.Emit(OpCodes.Ret);

        il = proxy.DefineMethod("Create", MethodAttributes.Public | MethodAttributes.Static, typeof(GrainReference), parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitName(TypeBuilder proxy, Type interfaceType)
    {
        var getter = typeof(GrainReference).GetProperty(nameof(GrainReference.InterfaceName))!.GetMethod!;
        var il = proxy.DefineMethod(getter.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(string), []).GetILGenerator();
        il.Emit(OpCodes.Ldstr, interfaceType.FullName ?? interfaceType.Name);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder proxy, MethodInfo method, RequestEmitter.Emitted request)
    {
        var parameters = Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType);
        var body = proxy.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType, parameters);
        var il = body.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
        }

        il.Emit(OpCodes.Newobj, request.Constructor);
        il.Emit(OpCodes.Call, request.Send);
        if (request.IsValueTask)
        {
            il.Emit(OpCodes.Newobj, method.ReturnType.GetConstructor([request.Send.ReturnType])!);
        }

        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(body, method);
    }
}
