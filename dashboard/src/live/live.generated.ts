/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Filters for a stream of analyses. An event must match all of them; an empty filter matches every analysis of the organisation. The other filters of AnalysisFilter cannot be decided from an event: read `analysis` and decide from that. */
export type AnalysisEventFilter = {
  /** Only analyses in this batch. The stream completes when all of them have ended. */
  batchId?: string | null | undefined;
  /** Only analyses with exactly this externalId. */
  externalId?: string | null | undefined;
  /** Only these analyses, 1 to 500. The stream completes when all of them have ended. */
  ids?: Array<string> | null | undefined;
  /** Only analyses of this image. */
  imageId?: string | null | undefined;
  /** Only changes to SUCCEEDED with a mean confidence of at least this, 0 to 1; in the initial states of a stream, only analyses that have it. */
  minConfidence?: number | null | undefined;
  /** Only analyses with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Only changes to one of these statuses. */
  status?: Array<AnalysisStatus> | null | undefined;
  /** Only analyses of this task. */
  taskId?: string | null | undefined;
};

/** Filters for analyses. An analysis must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing. */
export type AnalysisFilter = {
  /** Only analyses in this batch. */
  batchId?: string | null | undefined;
  /** Only analyses that found this catalogue item. */
  containsCatalogItemId?: string | null | undefined;
  /** Only analyses submitted in this period. */
  createdAt?: DateTimeRange | null | undefined;
  /** Only analyses with exactly this externalId. */
  externalId?: string | null | undefined;
  /** Only analyses that ended in this period. */
  finishedAt?: DateTimeRange | null | undefined;
  /** Only these analyses. */
  ids?: Array<string> | null | undefined;
  /** Only analyses of this image. */
  imageId?: string | null | undefined;
  /** Only analyses whose metadata has all of these pairs. */
  metadata?: Array<MetadataMatch> | null | undefined;
  /** Only analyses whose mean confidence is at least this, 0 to 1. */
  minConfidence?: number | null | undefined;
  /** Only analyses with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Only analyses with one of these statuses. */
  status?: Array<AnalysisStatus> | null | undefined;
  /** Only analyses of this task. */
  taskId?: string | null | undefined;
};

/** The status of an analysis. More values may be added: treat an unknown one as not ended. */
export type AnalysisStatus =
  /** The analysis waits for the bytes of its image. */
  | 'AWAITING_UPLOAD'
  /** The analysis was cancelled by cancelAnalyses. */
  | 'CANCELED'
  /** The analysis has ended because the bytes of its image never arrived. Create another upload and submit that one; renewUpload no longer works. */
  | 'EXPIRED'
  /** The analysis has ended without a result; see `failure`. */
  | 'FAILED'
  /** The analysis waits for an engine. It returns to this status if the worker that ran it dies. */
  | 'QUEUED'
  /** An engine is processing the image. */
  | 'RUNNING'
  /** The analysis has ended with a result. */
  | 'SUCCEEDED';

/** A period of time. A bound that is omitted or null is open. */
export type DateTimeRange = {
  /** Start of the period, inclusive. */
  from?: string | null | undefined;
  /** End of the period, exclusive. */
  to?: string | null | undefined;
};

/** The state of an engine. More values may be added. */
export type EngineState =
  /** The engine is working. */
  | 'BUSY'
  /** The engine has crashed and is about to be restarted. */
  | 'DEGRADED'
  /** The engine is waiting for work. */
  | 'READY'
  /** The engine is loading models. */
  | 'STARTING'
  /** The engine has stopped for good. */
  | 'STOPPED';

/** A pair that the metadata must have. */
export type MetadataMatch = {
  /** The exact key. */
  key: string;
  /** The exact value. `12` and `true` also match a number and a boolean. */
  value: string;
};

export type LiveStartQueryVariables = Exact<{
  filter: AnalysisFilter;
  hour: AnalysisFilter;
}>;


export type LiveStartQuery = { eventCursor: string, latest: { __typename: 'AnalysisConnection', edges: Array<{ __typename: 'AnalysisEdge', node: { __typename: 'Analysis', id: string, status: AnalysisStatus, externalId: string | null, placeId: string | null, createdAt: string, finishedAt: string | null, detectionCount: number, failure: { __typename: 'Failure', message: string } | null, task: { __typename: 'Task', id: string, name: string }, image: { __typename: 'Image', id: string, filename: string | null, width: number | null, height: number | null, url: string | null } | null, detections: Array<{ __typename: 'Detection', id: string, confidence: number, box: { __typename: 'Box', x: number, y: number, width: number, height: number }, catalogItem: { __typename: 'CatalogItem', id: string, name: string } | null }> } }> }, lastHour: { __typename: 'AnalysisConnection', edges: Array<{ __typename: 'AnalysisEdge', node: { __typename: 'Analysis', id: string, status: AnalysisStatus, createdAt: string, finishedAt: string | null } }> } };

export type LiveAnalysesSubscriptionVariables = Exact<{
  filter: AnalysisEventFilter;
  after?: string | null | undefined;
}>;


export type LiveAnalysesSubscription = { analysisEvents:
    | { __typename: 'AnalysisStatusChanged', cursor: string, analysis: { __typename: 'Analysis', id: string, status: AnalysisStatus, externalId: string | null, placeId: string | null, createdAt: string, finishedAt: string | null, detectionCount: number, failure: { __typename: 'Failure', message: string } | null, task: { __typename: 'Task', id: string, name: string }, image: { __typename: 'Image', id: string, filename: string | null, width: number | null, height: number | null, url: string | null } | null, detections: Array<{ __typename: 'Detection', id: string, confidence: number, box: { __typename: 'Box', x: number, y: number, width: number, height: number }, catalogItem: { __typename: 'CatalogItem', id: string, name: string } | null }> } | null }
    | { __typename: 'StreamResync', cursor: string }
   };

export type LiveSystemSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type LiveSystemSubscription = { systemStatus: { __typename: 'SystemStatus', id: string, usedCapacity: number, queue: { __typename: 'QueueStatus', queued: number, running: number, oldestQueuedSeconds: number | null }, engines: Array<{ __typename: 'Engine', id: string, state: EngineState, imagesPerSecond: number }> | null } };

export type LiveAnalysisFragment = { __typename: 'Analysis', id: string, status: AnalysisStatus, externalId: string | null, placeId: string | null, createdAt: string, finishedAt: string | null, detectionCount: number, failure: { __typename: 'Failure', message: string } | null, task: { __typename: 'Task', id: string, name: string }, image: { __typename: 'Image', id: string, filename: string | null, width: number | null, height: number | null, url: string | null } | null, detections: Array<{ __typename: 'Detection', id: string, confidence: number, box: { __typename: 'Box', x: number, y: number, width: number, height: number }, catalogItem: { __typename: 'CatalogItem', id: string, name: string } | null }> };

export const LiveAnalysisFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveAnalysis"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Analysis"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"placeId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"detectionCount"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"filename"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"width"},"value":{"kind":"IntValue","value":"640"}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"detections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"confidence"}},{"kind":"Field","name":{"kind":"Name","value":"box"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"unit"},"value":{"kind":"EnumValue","value":"NORMALIZED"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"x"}},{"kind":"Field","name":{"kind":"Name","value":"y"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}},{"kind":"Field","name":{"kind":"Name","value":"catalogItem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<LiveAnalysisFragment, unknown>;
export const LiveStartDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveStart"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AnalysisFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"hour"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AnalysisFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventCursor"}},{"kind":"Field","alias":{"kind":"Name","value":"latest"},"name":{"kind":"Name","value":"analyses"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"24"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveAnalysis"}}]}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"lastHour"},"name":{"kind":"Name","value":"analyses"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"hour"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveAnalysis"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Analysis"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"placeId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"detectionCount"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"filename"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"width"},"value":{"kind":"IntValue","value":"640"}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"detections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"confidence"}},{"kind":"Field","name":{"kind":"Name","value":"box"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"unit"},"value":{"kind":"EnumValue","value":"NORMALIZED"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"x"}},{"kind":"Field","name":{"kind":"Name","value":"y"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}},{"kind":"Field","name":{"kind":"Name","value":"catalogItem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<LiveStartQuery, LiveStartQueryVariables>;
export const LiveAnalysesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"LiveAnalyses"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AnalysisEventFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"analysisEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnalysisStatusChanged"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"analysis"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveAnalysis"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveAnalysis"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Analysis"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"placeId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"detectionCount"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"filename"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"width"},"value":{"kind":"IntValue","value":"640"}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"detections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"confidence"}},{"kind":"Field","name":{"kind":"Name","value":"box"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"unit"},"value":{"kind":"EnumValue","value":"NORMALIZED"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"x"}},{"kind":"Field","name":{"kind":"Name","value":"y"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}},{"kind":"Field","name":{"kind":"Name","value":"catalogItem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<LiveAnalysesSubscription, LiveAnalysesSubscriptionVariables>;
export const LiveSystemDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"LiveSystem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"systemStatus"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"everySeconds"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"usedCapacity"}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"running"}},{"kind":"Field","name":{"kind":"Name","value":"oldestQueuedSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"engines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"imagesPerSecond"}}]}}]}}]}}]} as unknown as DocumentNode<LiveSystemSubscription, LiveSystemSubscriptionVariables>;