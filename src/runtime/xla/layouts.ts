/*
 * The PJRT C API as data: the order of its function table and the layout of every argument struct we use.
 * Source: `pjrt_c_api.h` of OpenXLA, API version 0.81. All structs begin with `size_t struct_size` and `void* extension_start`.
 */

/** The header version these layouts were written from. */
export const apiVersion = { major: 0, minor: 81 } as const;

/** The function table, in order; entries only ever get appended within a major version. */
export const functionTable = `
Error_Destroy Error_Message Error_GetCode
Plugin_Initialize Plugin_Attributes
Event_Destroy Event_IsReady Event_Error Event_Await Event_OnReady
Client_Create Client_Destroy Client_PlatformName Client_ProcessIndex Client_PlatformVersion Client_Devices
Client_AddressableDevices Client_LookupDevice Client_LookupAddressableDevice Client_AddressableMemories Client_Compile
Client_DefaultDeviceAssignment Client_BufferFromHostBuffer
DeviceDescription_Id DeviceDescription_ProcessIndex DeviceDescription_Attributes DeviceDescription_Kind
DeviceDescription_DebugString DeviceDescription_ToString
Device_GetDescription Device_IsAddressable Device_LocalHardwareId Device_AddressableMemories Device_DefaultMemory Device_MemoryStats
Memory_Id Memory_Kind Memory_DebugString Memory_ToString Memory_AddressableByDevices
Executable_Destroy Executable_Name Executable_NumReplicas Executable_NumPartitions Executable_NumOutputs
Executable_SizeOfGeneratedCodeInBytes Executable_GetCostAnalysis Executable_OutputMemoryKinds Executable_OptimizedProgram
Executable_Serialize
LoadedExecutable_Destroy LoadedExecutable_GetExecutable LoadedExecutable_AddressableDevices LoadedExecutable_Delete
LoadedExecutable_IsDeleted LoadedExecutable_Execute Executable_DeserializeAndLoad LoadedExecutable_Fingerprint
Buffer_Destroy Buffer_ElementType Buffer_Dimensions Buffer_UnpaddedDimensions Buffer_DynamicDimensionIndices
Buffer_GetMemoryLayout Buffer_OnDeviceSizeInBytes Buffer_Device Buffer_Memory Buffer_Delete Buffer_IsDeleted Buffer_CopyToDevice
Buffer_ToHostBuffer Buffer_IsOnCpu Buffer_ReadyEvent Buffer_UnsafePointer Buffer_IncreaseExternalReferenceCount
Buffer_DecreaseExternalReferenceCount Buffer_OpaqueDeviceMemoryDataPointer
CopyToDeviceStream_Destroy CopyToDeviceStream_AddChunk CopyToDeviceStream_TotalBytes CopyToDeviceStream_GranuleSize
CopyToDeviceStream_CurrentBytes
TopologyDescription_Create TopologyDescription_Destroy TopologyDescription_PlatformName TopologyDescription_PlatformVersion
TopologyDescription_GetDeviceDescriptions TopologyDescription_Serialize TopologyDescription_Attributes
Compile
Executable_OutputElementTypes Executable_OutputDimensions Buffer_CopyToMemory Client_CreateViewOfDeviceBuffer
Executable_Fingerprint Client_TopologyDescription Executable_GetCompiledMemoryStats Memory_Kind_Id ExecuteContext_Create
ExecuteContext_Destroy Buffer_CopyRawToHost
`
  .trim()
  .split(/\s+/);

/** Offset of the first function pointer: struct_size, extension_start, and the nested version struct of 24 bytes. */
export const functionTableOffset = 40;
/** Offsets of the two `int`s of `pjrt_api_version`. */
export const versionOffsets = { major: 32, minor: 36 } as const;

/** `p`: pointer or size_t · `i64` · `i32` (also enums) · `b`: bool · `f32`. */
export type FieldKind = 'p' | 'i64' | 'i32' | 'b' | 'f32';

/** Fields after the two that every struct begins with. */
export const argumentStructs = {
  Error_Destroy: { error: 'p' },
  Error_Message: { error: 'p', message: 'p', messageSize: 'p' },
  Error_GetCode: { error: 'p', code: 'i32' },
  Plugin_Initialize: {},
  Plugin_Attributes: { attributes: 'p', numAttributes: 'p' },
  Event_Destroy: { event: 'p' },
  Event_IsReady: { event: 'p', isReady: 'b' },
  Event_Error: { event: 'p' },
  Event_Await: { event: 'p' },
  Client_Create: {
    createOptions: 'p',
    numOptions: 'p',
    kvGetCallback: 'p',
    kvGetUserArg: 'p',
    kvPutCallback: 'p',
    kvPutUserArg: 'p',
    client: 'p',
    kvTryGetCallback: 'p',
    kvTryGetUserArg: 'p',
  },
  Client_Destroy: { client: 'p' },
  Client_PlatformName: { client: 'p', name: 'p', nameSize: 'p' },
  Client_PlatformVersion: { client: 'p', version: 'p', versionSize: 'p' },
  Client_ProcessIndex: { client: 'p', processIndex: 'i32' },
  Client_Devices: { client: 'p', devices: 'p', numDevices: 'p' },
  Client_AddressableDevices: { client: 'p', devices: 'p', numDevices: 'p' },
  Client_TopologyDescription: { client: 'p', topology: 'p' },
  Client_Compile: { client: 'p', program: 'p', options: 'p', optionsSize: 'p', executable: 'p' },
  Client_BufferFromHostBuffer: {
    client: 'p',
    data: 'p',
    type: 'i32',
    dims: 'p',
    numDims: 'p',
    byteStrides: 'p',
    numByteStrides: 'p',
    semantics: 'i32',
    device: 'p',
    memory: 'p',
    deviceLayout: 'p',
    doneWithHostBuffer: 'p',
    buffer: 'p',
  },
  DeviceDescription_Id: { description: 'p', id: 'i32' },
  DeviceDescription_ProcessIndex: { description: 'p', processIndex: 'i32' },
  DeviceDescription_Attributes: { description: 'p', numAttributes: 'p', attributes: 'p' },
  DeviceDescription_Kind: { description: 'p', kind: 'p', kindSize: 'p' },
  DeviceDescription_ToString: { description: 'p', text: 'p', textSize: 'p' },
  Device_GetDescription: { device: 'p', description: 'p' },
  Device_LocalHardwareId: { device: 'p', id: 'i32' },
  Device_AddressableMemories: { device: 'p', memories: 'p', numMemories: 'p' },
  Device_DefaultMemory: { device: 'p', memory: 'p' },
  Device_MemoryStats: {
    device: 'p',
    bytesInUse: 'i64',
    peakBytesInUse: 'i64',
    peakBytesInUseIsSet: 'b',
    numAllocs: 'i64',
    numAllocsIsSet: 'b',
    largestAllocSize: 'i64',
    largestAllocSizeIsSet: 'b',
    bytesLimit: 'i64',
    bytesLimitIsSet: 'b',
    bytesReserved: 'i64',
    bytesReservedIsSet: 'b',
    peakBytesReserved: 'i64',
    peakBytesReservedIsSet: 'b',
    bytesReservableLimit: 'i64',
    bytesReservableLimitIsSet: 'b',
    largestFreeBlockBytes: 'i64',
    largestFreeBlockBytesIsSet: 'b',
    poolBytes: 'i64',
    poolBytesIsSet: 'b',
    peakPoolBytes: 'i64',
    peakPoolBytesIsSet: 'b',
  },
  Memory_Kind: { memory: 'p', kind: 'p', kindSize: 'p' },
  Memory_Id: { memory: 'p', id: 'i32' },
  Executable_Destroy: { executable: 'p' },
  Executable_NumOutputs: { executable: 'p', numOutputs: 'p' },
  Executable_SizeOfGeneratedCodeInBytes: { executable: 'p', bytes: 'i64' },
  Executable_GetCostAnalysis: { executable: 'p', numProperties: 'p', properties: 'p' },
  Executable_OptimizedProgram: { executable: 'p', program: 'p' },
  Executable_Serialize: {
    executable: 'p',
    bytes: 'p',
    bytesSize: 'p',
    serialized: 'p',
    deleter: 'p',
  },
  Executable_OutputElementTypes: { executable: 'p', types: 'p', numTypes: 'p' },
  Executable_OutputDimensions: { executable: 'p', numOutputs: 'p', dims: 'p', dimSizes: 'p' },
  Executable_GetCompiledMemoryStats: {
    executable: 'p',
    generatedCodeBytes: 'i64',
    argumentBytes: 'i64',
    outputBytes: 'i64',
    aliasBytes: 'i64',
    tempBytes: 'i64',
    hostGeneratedCodeBytes: 'i64',
    hostArgumentBytes: 'i64',
    hostOutputBytes: 'i64',
    hostAliasBytes: 'i64',
    hostTempBytes: 'i64',
    peakMemoryBytes: 'i64',
  },
  Executable_DeserializeAndLoad: {
    client: 'p',
    serialized: 'p',
    serializedSize: 'p',
    executable: 'p',
    options: 'p',
    optionsSize: 'p',
  },
  LoadedExecutable_Destroy: { executable: 'p' },
  LoadedExecutable_GetExecutable: { loaded: 'p', executable: 'p' },
  LoadedExecutable_Execute: {
    executable: 'p',
    options: 'p',
    argumentLists: 'p',
    numDevices: 'p',
    numArgs: 'p',
    outputLists: 'p',
    deviceCompleteEvents: 'p',
    executeDevice: 'p',
  },
  Buffer_Destroy: { buffer: 'p' },
  Buffer_Delete: { buffer: 'p' },
  Buffer_ElementType: { buffer: 'p', type: 'i32' },
  Buffer_Dimensions: { buffer: 'p', dims: 'p', numDims: 'p' },
  Buffer_OnDeviceSizeInBytes: { buffer: 'p', bytes: 'p' },
  Buffer_CopyToDevice: { buffer: 'p', device: 'p', copy: 'p' },
  Buffer_ToHostBuffer: { buffer: 'p', hostLayout: 'p', data: 'p', dataSize: 'p', event: 'p' },
  Buffer_ReadyEvent: { buffer: 'p', event: 'p' },
  Buffer_UnsafePointer: { buffer: 'p', pointer: 'p' },
  TopologyDescription_Create: {
    name: 'p',
    nameSize: 'p',
    createOptions: 'p',
    numOptions: 'p',
    topology: 'p',
  },
  TopologyDescription_Destroy: { topology: 'p' },
  TopologyDescription_PlatformName: { topology: 'p', name: 'p', nameSize: 'p' },
  TopologyDescription_GetDeviceDescriptions: { topology: 'p', descriptions: 'p', numDescriptions: 'p' },
  Compile: { topology: 'p', program: 'p', options: 'p', optionsSize: 'p', client: 'p', executable: 'p' },
} as const satisfies Record<string, Record<string, FieldKind>>;

/** Structs that arguments point to. */
export const plainStructs = {
  Program: { code: 'p', codeSize: 'p', format: 'p', formatSize: 'p' },
  NamedValue: { name: 'p', nameSize: 'p', type: 'i32', value: 'i64', valueSize: 'p' },
  ExecuteOptions: {
    sendCallbacks: 'p',
    recvCallbacks: 'p',
    numSendOps: 'p',
    numRecvOps: 'p',
    launchId: 'i32',
    nonDonatable: 'p',
    numNonDonatable: 'p',
    context: 'p',
    callLocation: 'p',
    numTasks: 'p',
    taskIds: 'p',
    incarnationIds: 'p',
  },
  /** `PJRT_Buffer_MemoryLayout` with its tiled alternative; the enclosing struct adds a header before it and a tag after it. */
  TiledLayout: {
    innerStructSize: 'p',
    innerExtensionStart: 'p',
    minorToMajor: 'p',
    minorToMajorSize: 'p',
    tileDims: 'p',
    tileDimSizes: 'p',
    numTiles: 'p',
    type: 'i32',
  },
} as const satisfies Record<string, Record<string, FieldKind>>;

export type FunctionName = keyof typeof argumentStructs;
export type Fields<S> = Extract<keyof S, string>;

export interface FieldLayout {
  readonly offset: number;
  readonly kind: FieldKind;
}
export interface StructLayout {
  /** `struct_size`: up to the end of the last field, without tail padding. */
  readonly size: number;
  /** Bytes to allocate. */
  readonly allocation: number;
  readonly fields: ReadonlyMap<string, FieldLayout>;
}

const widths: Readonly<Record<FieldKind, number>> = { p: 8, i64: 8, i32: 4, b: 1, f32: 4 };

/** C's natural alignment on the 64-bit platforms plugins exist for. */
export function layoutOf(struct: Readonly<Record<string, FieldKind>>): StructLayout {
  const fields = new Map<string, FieldLayout>();
  let at = 16;
  for (const [name, kind] of Object.entries(struct)) {
    const width = widths[kind];
    at = Math.ceil(at / width) * width;
    fields.set(name, { offset: at, kind });
    at += width;
  }
  return { size: at, allocation: Math.ceil(at / 8) * 8, fields };
}

/** `PJRT_Error_Code`, named as absl names them. */
export const errorCodes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** `PJRT_Buffer_Type` by our dtype. */
export const bufferTypes = {
  bool: 1,
  i8: 2,
  i16: 3,
  i32: 4,
  i64: 5,
  u8: 6,
  u16: 7,
  u32: 8,
  u64: 9,
  f16: 10,
  f32: 11,
  f64: 12,
  bf16: 13,
  c64: 14,
  c128: 15,
  f8E5M2: 16,
  f8E4M3FN: 17,
  f8E4M3B11FNUZ: 18,
  f8E5M2FNUZ: 19,
  f8E4M3FNUZ: 20,
  i4: 21,
  u4: 22,
  i2: 24,
  u2: 25,
  f8E4M3: 26,
  f8E3M4: 27,
  f8E8M0FNU: 28,
  f4E2M1FN: 29,
} as const;

/** `PJRT_HostBufferSemantics`. */
export const hostBufferSemantics = { immutableOnlyDuringCall: 0, immutableUntilTransferCompletes: 1 } as const;
