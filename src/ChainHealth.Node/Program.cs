using System.CommandLine;
using ChainHealth.Node;

return await NodeCommand.Create().Parse(args).InvokeAsync();
